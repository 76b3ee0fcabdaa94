"""The handlers: one file for each way in. `register` adds every one to the two applications."""

from collections.abc import Sequence

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from pydantic import SecretStr
from slack_bolt.async_app import AsyncApp

from bot.in_flight import InFlightRequests
from bot.metrics import Metrics
from bot.service.approvals import ApprovalService
from bot.service.calls import CallService
from bot.service.drafts import DraftService
from bot.service.messages import MessageService
from bot.service.results import ResultService
from bot.service.rules import RulesService
from bot.service.settings import SettingsService
from handlers import (
    approvals,
    buttons,
    command,
    direct_message,
    form,
    home,
    mention,
    shortcuts,
    unhandled,
    uninstall,
)
from handlers import drafts as draft_buttons
from handlers import settings as settings_form
from handlers.settings import Checks
from handlers.transport import callback, health, slack_http
from handlers.transport.body import BodyReader


def register(
    web_app: web.Application,
    slack_app: AsyncApp,
    *,
    service: CallService,
    results: ResultService,
    messages: MessageService,
    drafts: DraftService,
    rules: RulesService,
    decisions: ApprovalService,
    settings: SettingsService,
    checks: Checks,
    metrics: Metrics,
    in_flight: InFlightRequests,
    parts: health.Parts,
    slash_command: str,
    signing_secrets: Sequence[SecretStr],
) -> None:
    """Add every handler to the Slack app and the web app.

    Slack's own address is served only with `signing_secrets`: in HTTP mode.
    """
    web_app.middlewares.append(_counted(in_flight))
    command.register(slack_app, service, rules, settings, slash_command)
    form.register(slack_app, service, drafts)
    shortcuts.register(slack_app, service)
    mention.register(slack_app, messages)
    direct_message.register(slack_app, messages)
    home.register(slack_app, service)
    uninstall.register(slack_app, service)
    # The last of the buttons answers every other one.
    draft_buttons.register(slack_app, service, drafts)
    approvals.register(slack_app, decisions)
    settings_form.register(slack_app, settings, service.seal, checks)
    buttons.register(slack_app, service, rules, slash_command)
    # The last, since the first that fits takes it.
    unhandled.register(slack_app)
    bodies = BodyReader()
    slack_http.register(
        web_app, slack_app, in_flight, bodies, metrics, signing_secrets=signing_secrets
    )
    callback.register(web_app, results, metrics, in_flight, bodies)
    health.register(web_app, parts, in_flight)


def _counted(in_flight: InFlightRequests) -> Middleware:
    @web.middleware
    async def count(request: web.Request, handler: Handler) -> web.StreamResponse:
        with in_flight.open():
            response = await handler(request)
            if in_flight.is_draining:
                # The next request is to go elsewhere.
                response.force_close()
            return response

    return count
