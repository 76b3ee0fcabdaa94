"""The handlers: one file for each way in. `register` adds every one to the two applications."""

from collections.abc import Sequence

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from pydantic import SecretStr
from slack_bolt.async_app import AsyncApp

from bot.in_flight import InFlightRequests
from bot.metrics import Metrics
from bot.service.services import Services
from handlers import (
    approvals,
    buttons,
    command,
    direct_message,
    drafts,
    form,
    home,
    mention,
    settings,
    shortcuts,
    uninstall,
)
from handlers.settings import Checks
from handlers.transport import callback, health, slack_http
from handlers.transport.body import BodyReader


def register(
    web_app: web.Application,
    slack_app: AsyncApp,
    services: Services,
    *,
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
    command.register(slack_app, services.calls, services.rules, services.settings, slash_command)
    form.register(slack_app, services.calls, services.drafts)
    shortcuts.register(slack_app, services.calls)
    mention.register(slack_app, services.messages)
    direct_message.register(slack_app, services.messages)
    home.register(slack_app, services.calls)
    uninstall.register(slack_app, services.calls)
    # The last of the buttons answers every other one.
    drafts.register(slack_app, services.calls, services.drafts)
    approvals.register(slack_app, services.approvals)
    settings.register(slack_app, services.settings, services.calls.seal, checks)
    buttons.register(slack_app, services.calls, services.rules, slash_command)
    slack_http.register(
        web_app, slack_app, in_flight, BodyReader(), metrics, signing_secrets=signing_secrets
    )
    # Who sends one has shown its secret before: no stranger's bodies stand in its way.
    callback.register(web_app, services.results, metrics, in_flight, BodyReader())
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
