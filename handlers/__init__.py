"""The doors: one file for each way in. `register` hangs every door on the two applications."""

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from pydantic import SecretStr
from slack_bolt.async_app import AsyncApp

from bot.doors import Doors
from bot.home import Home
from bot.metrics import Metrics
from bot.service import CallService
from handlers import (
    buttons,
    callback,
    command,
    health,
    mention,
    modal,
    removal,
    shortcuts,
    slack,
)
from handlers import (
    home as home_door,
)


def register(
    web_app: web.Application,
    slack_app: AsyncApp,
    *,
    service: CallService,
    home: Home,
    metrics: Metrics,
    doors: Doors,
    parts: health.Parts,
    slash_command: str,
    signing_secret: SecretStr | None,
) -> None:
    """Hang every door on the Slack app and the web app.

    Slack's own address is served only with a `signing_secret`: in HTTP mode.
    """
    web_app.middlewares.append(_counted(doors))
    command.register(slack_app, service, home, slash_command)
    modal.register(slack_app, service)
    shortcuts.register(slack_app, service)
    mention.register(slack_app, service)
    home_door.register(slack_app, home)
    removal.register(slack_app, service)
    buttons.register(slack_app, service)
    slack.register(web_app, slack_app, doors, signing_secret=signing_secret)
    callback.register(web_app, service, metrics, doors)
    health.register(web_app, metrics, parts)


def _counted(doors: Doors) -> Middleware:
    @web.middleware
    async def count(request: web.Request, handler: Handler) -> web.StreamResponse:
        with doors.open():
            return await handler(request)

    return count
