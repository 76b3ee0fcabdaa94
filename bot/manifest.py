"""Slack's app manifest: the one of manifest.yml, or the same for HTTP mode."""

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

# Beside this file in an installed package, above it in a checkout.
_PLACES: Final = (Path(__file__).parent, Path(__file__).parent.parent)
EVENTS_PATH: Final = "/slack/events"
INSTALL_PATH: Final = "/slack/install"
REDIRECT_PATH: Final = "/slack/oauth_redirect"


def manifest(
    *, url: str | None = None, command: str | None = None, is_distributed: bool = False
) -> dict[str, Any]:
    """Return the manifest: for HTTP mode with `url`, and with another slash `command`.

    One that `is_distributed` is of a bot that any workspace installs by itself, at the `url`.
    """
    path = next(place / "manifest.yml" for place in _PLACES if (place / "manifest.yml").exists())
    made: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    commands = made["features"]["slash_commands"]
    if command is not None:
        told = made["display_information"]
        told["long_description"] = told["long_description"].replace(commands[0]["command"], command)
        commands[0]["command"] = command
    if url is not None:
        address = url.rstrip("/") + EVENTS_PATH
        made["settings"]["socket_mode_enabled"] = False
        made["settings"]["interactivity"]["request_url"] = address
        for slash_command in commands:
            slash_command["url"] = address
        if "event_subscriptions" in made["settings"]:
            made["settings"]["event_subscriptions"]["request_url"] = address
    if url is not None and is_distributed:
        made["oauth_config"]["redirect_urls"] = [url.rstrip("/") + REDIRECT_PATH]
        made["settings"]["org_deploy_enabled"] = True
    return made


# What is lost without each scope, as `ringback check` and the log say it.
PURPOSES: Final = {
    "commands": "the slash command and the shortcuts do not work",
    "chat:write": "nothing can be posted, so no call is made",
    "chat:write.public": "in channels it was not invited to, threads become direct messages",
    "im:write": "where it may not post, there is no direct message instead",
    "im:history": "direct messages to it are not answered",
    "app_mentions:read": "mentions are not answered",
    "users:read": "people are not named to the AI, and in an Enterprise Grid people of other "
    "workspaces are refused",
}


@functools.cache
def scopes() -> frozenset[str]:
    """Return the bot scopes that the manifest asks for."""
    return frozenset(manifest()["oauth_config"]["scopes"]["bot"])


def granted_in(headers: Mapping[str, str]) -> set[str] | None:
    """Return the scopes that Slack says a token has, None where it does not say."""
    given = {name.lower(): value for name, value in headers.items()}.get("x-oauth-scopes")
    return None if given is None else set(given.replace(" ", "").split(",")) - {""}


def as_yaml(made: dict[str, Any]) -> str:
    """Return a manifest as Slack's form for it takes it."""
    return yaml.safe_dump(made, sort_keys=False, allow_unicode=True, width=100)
