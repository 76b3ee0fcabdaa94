"""The page on which somebody lets the app into a workspace, or does not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template
from typing import Final

from aiohttp import web

_PAGE: Final = Template((Path(__file__).parent / "consent.html").read_text("utf-8"))
# What Slack says of scopes to whoever is asked for them.
_MEANING: Final = {
    "commands": "Add shortcuts and slash commands that people can use",
    "chat:write": "Send messages as @Ringback",
    "chat:write.public": "Send messages to channels that @Ringback isn't a member of",
    "im:write": "Start direct messages with people",
    "im:history": "View messages in direct messages that Ringback has been added to",
    "app_mentions:read": "View messages that directly mention @Ringback",
    "users:read": "View people in a workspace",
}


@dataclass(frozen=True)
class Choice:
    """A workspace or an organization that the app can be let into."""

    id: str
    name: str
    is_installed: bool


def consent_page(
    scopes: Iterable[str], choices: Sequence[Choice], chosen: str | None
) -> web.Response:
    """Return the page; the workspace that the app named is chosen at first."""
    named = chosen if chosen in {one.id for one in choices} else choices[0].id
    asked = "".join(f"<li>{escape(_MEANING.get(scope, scope))}</li>" for scope in scopes)
    offered = "".join(_option(one, is_chosen=one.id == named) for one in choices)
    return _response(_PAGE.substitute(scopes=asked, choices=offered))


def error_page(problem: str) -> web.Response:
    """Return what Slack shows in place of the page."""
    words = f"<h1>Something went wrong when authorizing this app.</h1><p>{escape(problem)}</p>"
    return _response(f"<!doctype html><html lang=en><title>Slack</title>{words}</html>", 400)


def _option(choice: Choice, *, is_chosen: bool) -> str:
    checked = " checked" if is_chosen else ""
    note = " <small>installed</small>" if choice.is_installed else ""
    return (
        f'<label><input type="radio" name="workspace" value="{escape(choice.id)}"{checked}> '
        f"{escape(choice.name)}{note}</label>"
    )


def _response(page: str, status: int = 200) -> web.Response:
    headers = {
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
        "frame-ancestors 'none'",
        "Cache-Control": "no-store",
    }
    return web.Response(status=status, text=page, content_type="text/html", headers=headers)
