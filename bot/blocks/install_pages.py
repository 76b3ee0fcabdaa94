"""The pages that people see in their browser while they install the bot."""

from collections.abc import Mapping
from enum import StrEnum
from html import escape
from typing import Final
from urllib.parse import quote

INSTALL_AGAIN: Final = "/slack/install"
_STYLE: Final = (
    "body{font:17px/1.5 system-ui,sans-serif;max-width:32rem;margin:12vh auto;padding:0 1.5rem;"
    "color:#1d1c1d;background:#fff}h1{font-size:1.6rem;line-height:1.2}"
    "a.button{display:inline-block;padding:.7rem 1.2rem;border-radius:.5rem;background:#1f4d3a;"
    "color:#fff;text-decoration:none;font-weight:600}"
    "a.button:focus-visible{outline:3px solid #1264a3;outline-offset:2px}"
    "@media(prefers-color-scheme:dark){body{color:#e8e8e8;background:#1a1d21}"
    "a.button{background:#7fd1ae;color:#0b2016}}"
)


class InstallProblem(StrEnum):
    """Why the bot was not installed."""

    DENIED = "denied"
    OTHER_BROWSER = "other browser"
    STALE = "stale"
    REFUSED = "refused"
    MISCONFIGURED = "misconfigured"
    NO_ANSWER = "no answer"
    BUSY = "busy"
    NOT_SAVED = "not saved"


_WORDS: Final[Mapping[InstallProblem, tuple[str, str]]] = {
    InstallProblem.DENIED: (
        "Ringback wasn't installed",
        "You declined the installation, so nothing has changed.",
    ),
    InstallProblem.OTHER_BROWSER: (
        "Start again in this browser",
        "This page works only once, in the browser where you started the installation.",
    ),
    InstallProblem.STALE: (
        "This link no longer works",
        "Each link works once, for ten minutes. If Ringback isn't in your workspace yet, "
        "start again.",
    ),
    InstallProblem.REFUSED: (
        "Slack didn't let Ringback in",
        "Your workspace may require an admin to approve new apps. Ask one, then start again.",
    ),
    InstallProblem.MISCONFIGURED: (
        "Ringback isn't set up correctly",
        "Slack didn't accept Ringback's own settings, so nobody can install it right now. "
        "Tell whoever runs Ringback.",
    ),
    InstallProblem.NO_ANSWER: (
        "Slack didn't answer as expected",
        "Ringback wasn't installed. Try again in a minute.",
    ),
    InstallProblem.BUSY: (
        "Too many installations at once",
        "Ringback wasn't installed. Try again in a minute.",
    ),
    InstallProblem.NOT_SAVED: (
        "That couldn't be saved",
        "Ringback wasn't installed. Try again in a minute.",
    ),
}


def install_page(url: str) -> str:
    """Return the page with the button that leads to Slack."""
    return _page(
        "Add Ringback to Slack",
        "An AI makes your phone calls and posts the answer in Slack.",
        ("Add to Slack", url),
    )


def installed_page(name: str, *, slack: str, app: str | None, team: str | None) -> str:
    """Return what is shown once the bot is installed; it leads back into Slack, at `slack`."""
    button = None
    if app and team:
        button = "Open Slack", f"{slack}app_redirect?app={quote(app)}&team={quote(team)}"
    text = "One step is left. It's in the direct message that I just sent you in Slack."
    return _page(f"Ringback is in {name}", text, button)


def problem_page(problem: InstallProblem) -> str:
    """Return why the bot was not installed, and the way to begin again."""
    title, text = _WORDS[problem]
    return _page(title, text, ("Start again", INSTALL_AGAIN))


def _page(title: str, text: str, button: tuple[str, str] | None) -> str:
    link = ""
    if button is not None:
        words, url = button
        link = f'<p><a class="button" href="{escape(url)}">{escape(words)}</a></p>'
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<link rel="icon" href="data:,"><title>{escape(title)}</title><style>{_STYLE}</style>'
        f"</head><body><main><h1>{escape(title)}</h1><p>{escape(text)}</p>{link}</main></body></html>"
    )
