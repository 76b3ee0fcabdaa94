"""The app manifest, by Slack's own schema: for Socket Mode, for HTTP mode, by another command."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from jsonschema_rs import Draft7Validator

from bot.blocks.actions import CALL_ABOUT_MESSAGE, PLACE_CALL
from bot.manifest import PURPOSES, as_yaml, manifest, scopes

ROOT: Final = Path(__file__).parents[1]
SCHEMA: Final = Path(__file__).parent / "samples" / "manifest.schema.2.0.0.json"
EVERY_MANIFEST: Final = {
    "socket": manifest(),
    "http": manifest(url="https://ringback.example.com"),
    "socket, other command": manifest(command="/ringback"),
    "distributed": manifest(url="https://ringback.example.com/", is_distributed=True),
    "http, other command": manifest(url="https://ringback.example.com", command="/ringback"),
}


def problems_of(made: Any) -> list[str]:
    """Return what Slack's schema says against a manifest."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    validator = Draft7Validator(schema)
    return [error.message for error in validator.iter_errors(made)]


def addresses_in(part: object) -> Iterator[str]:
    """Return every address in a manifest."""
    if isinstance(part, dict):
        for name, value in part.items():
            if name in ("url", "request_url"):
                yield value
            yield from addresses_in(value)
    elif isinstance(part, list):
        for item in part:
            yield from addresses_in(item)


def test_the_schema_finds_what_is_wrong_with_a_manifest() -> None:
    made = manifest()
    made["features"]["slash_commands"][0]["command"] = "call"

    [problem] = problems_of(made)

    assert problem.startswith('"call" does not match')


@pytest.mark.parametrize("made", EVERY_MANIFEST.values(), ids=EVERY_MANIFEST)
def test_every_manifest_keeps_to_slacks_schema(made: dict[str, Any]) -> None:
    assert problems_of(made) == []


def test_a_distributed_bot_is_led_back_to_and_may_be_installed_in_a_whole_organization() -> None:
    made = EVERY_MANIFEST["distributed"]

    assert made["oauth_config"]["redirect_urls"] == [
        "https://ringback.example.com/slack/oauth_redirect"
    ]
    assert made["settings"]["org_deploy_enabled"] is True
    assert {"app_uninstalled", "tokens_revoked"} <= set(
        made["settings"]["event_subscriptions"]["bot_events"]
    )
    assert "redirect_urls" not in manifest()["oauth_config"]


@pytest.mark.parametrize("made", EVERY_MANIFEST.values(), ids=EVERY_MANIFEST)
def test_a_printed_manifest_is_read_back_as_it_was(made: dict[str, Any]) -> None:
    assert yaml.safe_load(as_yaml(made)) == made


@pytest.mark.parametrize("made", EVERY_MANIFEST.values(), ids=EVERY_MANIFEST)
def test_it_asks_for_the_scopes_that_the_bot_needs(made: dict[str, Any]) -> None:
    assert made["oauth_config"]["scopes"] == {
        "bot": [
            "commands",
            "chat:write",
            "chat:write.public",
            "im:write",
            "im:history",
            "app_mentions:read",
            "users:read",
        ]
    }


def test_the_scopes_can_be_asked_for_alone() -> None:
    assert scopes() == {
        "commands",
        "chat:write",
        "chat:write.public",
        "im:write",
        "im:history",
        "app_mentions:read",
        "users:read",
    }
    assert set(PURPOSES) == scopes()


@pytest.mark.parametrize("made", EVERY_MANIFEST.values(), ids=EVERY_MANIFEST)
def test_the_messages_tab_is_on_and_writable(made: dict[str, Any]) -> None:
    assert made["features"]["app_home"]["messages_tab_enabled"] is True
    assert made["features"]["app_home"]["messages_tab_read_only_enabled"] is False


@pytest.mark.parametrize("made", EVERY_MANIFEST.values(), ids=EVERY_MANIFEST)
def test_buttons_and_forms_are_answered(made: dict[str, Any]) -> None:
    assert made["settings"]["interactivity"]["is_enabled"] is True


# Socket Mode


def test_the_file_is_the_one_for_socket_mode() -> None:
    assert manifest() == yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))
    assert manifest()["settings"]["socket_mode_enabled"] is True


def test_without_a_url_no_address_is_set() -> None:
    assert list(addresses_in(manifest())) == []


# HTTP mode


def test_with_a_url_socket_mode_is_off() -> None:
    made = manifest(url="https://ringback.example.com")

    assert made["settings"]["socket_mode_enabled"] is False


@pytest.mark.parametrize("url", ["https://ringback.example.com", "https://ringback.example.com/"])
def test_with_a_url_every_address_is_set(url: str) -> None:
    made = manifest(url=url)

    address = "https://ringback.example.com/slack/events"
    assert set(addresses_in(made)) == {address}
    assert made["settings"]["interactivity"]["request_url"] == address
    assert [command["url"] for command in made["features"]["slash_commands"]] == [address]
    for name in {"event_subscriptions"} & set(made["settings"]):
        assert made["settings"][name]["request_url"] == address


def test_a_url_may_have_a_path() -> None:
    made = manifest(url="https://example.com/ringback")

    assert set(addresses_in(made)) == {"https://example.com/ringback/slack/events"}


# The command


def test_the_command_is_call() -> None:
    commands = [command["command"] for command in manifest()["features"]["slash_commands"]]

    assert commands == ["/call"]


def test_the_command_can_be_another() -> None:
    made = manifest(command="/ringback")

    commands = [command["command"] for command in made["features"]["slash_commands"]]
    assert commands == ["/ringback"]
    assert "/call" not in as_yaml(made)


def test_one_manifest_does_not_change_the_next() -> None:
    manifest(url="https://ringback.example.com", command="/ringback")

    assert list(addresses_in(manifest())) == []
    assert manifest()["features"]["slash_commands"][0]["command"] == "/call"


@pytest.mark.parametrize("made", EVERY_MANIFEST.values(), ids=EVERY_MANIFEST)
def test_it_names_the_two_shortcuts_that_the_handlers_answer(made: dict[str, Any]) -> None:
    shortcuts = {
        (one["type"], one["name"], one["callback_id"]) for one in made["features"]["shortcuts"]
    }

    assert shortcuts == {
        ("message", "Call about this", CALL_ABOUT_MESSAGE),
        ("global", "Place a call", PLACE_CALL),
    }


@pytest.mark.parametrize("made", EVERY_MANIFEST.values(), ids=EVERY_MANIFEST)
def test_the_home_tab_is_on_and_only_what_is_answered_is_sent(made: dict[str, Any]) -> None:
    assert made["features"]["app_home"]["home_tab_enabled"] is True
    assert sorted(made["settings"]["event_subscriptions"]["bot_events"]) == [
        "app_home_opened",
        "app_mention",
        "app_uninstalled",
        "message.im",
        "tokens_revoked",
    ]
