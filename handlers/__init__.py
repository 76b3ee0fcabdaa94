"""The doors: one file for each way in. `register` hangs every door on the two applications."""

from aiohttp import web
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
    http_mode: bool,
) -> None:
    """Hang every door on the Slack app and the web app; Slack's own address only in HTTP mode."""
    command.register(slack_app, service, home, slash_command)
    modal.register(slack_app, service)
    shortcuts.register(slack_app, service)
    mention.register(slack_app, service)
    home_door.register(slack_app, home)
    removal.register(slack_app, service)
    buttons.register(slack_app, service)
    slack.register(web_app, slack_app, doors, http_mode=http_mode)
    callback.register(web_app, service, metrics, doors)
    health.register(web_app, metrics, parts)
