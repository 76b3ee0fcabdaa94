"""Slack's address: what is not from Slack, or not what Slack sends, is refused without a 5xx."""

import json
import time
from collections.abc import AsyncIterator
from typing import Final
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.demo.slack.workspace import ADA, GENERAL
from tests.world import COMMAND, NUMBER, PROMPT, World

FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"


def command_fields(**changes: str) -> dict[str, str]:
    """Return the fields of a slash command that would place a call."""
    return {
        "command": "/call",
        "text": COMMAND,
        "team_id": "T0RINGBACK",
        "channel_id": GENERAL,
        "user_id": ADA,
        "trigger_id": "1.2.3",
        "response_url": "http://127.0.0.1:9/response",
        **changes,
    }


def submitted(view: dict[str, object] | None = None, **changes: object) -> bytes:
    """Return the body of a submitted form that would place a call."""
    fields = {"number": {"number": {"value": NUMBER}}, "prompt": {"prompt": {"value": PROMPT}}}
    whole_view = {
        "id": "V1",
        "type": "modal",
        "callback_id": "place_call",
        "private_metadata": json.dumps({"channel": GENERAL}),
        "state": {"values": fields},
        **(view or {}),
    }
    payload = {
        "type": "view_submission",
        "team": {"id": "T0RINGBACK"},
        "user": {"id": ADA},
        "view": whole_view,
        **changes,
    }
    return encoded({"payload": json.dumps(payload)})


def encoded(fields: dict[str, str]) -> bytes:
    return urlencode(fields).encode()


async def test_a_signed_command_is_taken(world: World) -> None:
    async with world.bot():
        reply = await world.slack.send_raw(encoded(command_fields()), FORM)

        assert reply.status == 200
        assert len(await world.saved_calls()) == 1


async def test_a_wrong_signature_is_refused(world: World) -> None:
    async with world.bot():
        reply = await world.slack.send_raw(
            encoded(command_fields()), FORM, signature="v0=" + "0" * 64
        )

        assert reply.status == 401
        assert await world.saved_calls() == []


async def test_a_request_of_six_minutes_ago_is_refused(world: World) -> None:
    async with world.bot():
        reply = await world.slack.send_raw(
            encoded(command_fields()), FORM, timestamp=str(int(time.time()) - 360)
        )

        assert reply.status == 401
        assert await world.saved_calls() == []


@pytest.mark.parametrize("timestamp", ["", "now", "1e9", "-1", "9" * 400])
async def test_a_timestamp_that_is_none_is_refused(world: World, timestamp: str) -> None:
    async with world.bot():
        reply = await world.slack.send_raw(
            encoded(command_fields()), FORM, timestamp=timestamp, signature="v0=0"
        )

        assert reply.status in (400, 401)


async def test_the_same_request_replayed_is_one_call(world: World) -> None:
    body = encoded(command_fields())
    async with world.bot():
        await world.slack.send_raw(body, FORM)

        again = await world.slack.send_raw(body, FORM)

        assert again.status == 200
        assert len(await world.saved_calls()) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"user_id": ""},
        {"user_id": "<!channel>"},
        {"channel_id": "C1\u0000"},
        {"team_id": "💥"},
        {"trigger_id": ""},
        {"response_url": "no address"},
    ],
)
async def test_a_signed_command_with_an_odd_part_is_answered_400(
    world: World, changes: dict[str, str]
) -> None:
    async with world.bot():
        reply = await world.slack.send_raw(encoded(command_fields(**changes)), FORM)

        assert reply.status == 400
        assert await world.saved_calls() == []


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"{", JSON),
        (b"[]", JSON),
        (b"null", JSON),
        (b'"text"', JSON),
        (b"\xff\xfe", FORM),
        (b"", FORM),
        (b"[" * 100_000, JSON),
        (b"{" * 100_000, FORM),
        (encoded({"payload": "{"}), FORM),
        (encoded({"payload": "[]"}), FORM),
        (encoded({"payload": "null"}), FORM),
        (encoded({"payload": '{"type": "view_submission"}'}), FORM),
        (encoded({"payload": '{"type": "view_submission", "view": []}'}), FORM),
        (encoded({"payload": '{"type": "view_submission", "view": {"callback_id": 5}}'}), FORM),
        (encoded({"payload": '{"type": 7, "team": [], "user": "x"}'}), FORM),
        (encoded({"payload": '{"type": "block_actions", "actions": {}}'}), FORM),
        (encoded({"payload": '{"type": "shortcut", "enterprise": 1}'}), FORM),
        (b'{"type": "event_callback", "event": "none"}', JSON),
        (b'{"type": "event_callback", "authorizations": {}}', JSON),
        (b'{"type": "event_callback", "authorizations": [1], "event": {"type": 1}}', JSON),
    ],
)
async def test_a_malformed_body_is_refused_signed_or_not(
    world: World, body: bytes, content_type: str
) -> None:
    async with world.bot():
        signed = await world.slack.send_raw(body, content_type)
        unsigned = await world.slack.send_raw(body, content_type, signature="v0=0")

        assert signed.status in (400, 404)
        assert unsigned.status in (400, 401)
        assert await world.saved_calls() == []


async def test_a_body_that_is_not_compressed_as_it_claims_is_refused(world: World) -> None:
    async with world.bot():
        reply = await world.slack.send_raw(b"xx", JSON, headers={"Content-Encoding": "gzip"})

        assert reply.status == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"state": None},
        {"state": {"values": {"number": "x"}}},
        {"id": ""},
    ],
)
async def test_a_signed_form_with_an_odd_part_is_answered_400(
    world: World, changes: dict[str, object]
) -> None:
    async with world.bot():
        reply = await world.slack.send_raw(submitted(view=changes), FORM)

        assert reply.status == 400
        assert await world.saved_calls() == []


async def test_a_form_of_an_app_for_a_whole_organisation_names_the_persons_team(
    world: World,
) -> None:
    async with world.bot():
        reply = await world.slack.send_raw(
            submitted(team=None, user={"id": ADA, "team_id": "T0RINGBACK"}), FORM
        )

        assert reply.status == 200
        assert (await world.saved()).team == "T0RINGBACK"


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
_payload = st.fixed_dictionaries(
    {
        "type": st.sampled_from(
            ["view_submission", "block_actions", "shortcut", "message_action", "event_callback"]
        )
        | _json
    },
    optional=dict.fromkeys(
        ("team", "user", "view", "event", "authorizations", "enterprise", "channel", "actions",
         "message", "container", "function_data", "callback_id", "event_id", "bot_access_token",
         "is_enterprise_install", "is_ext_shared_channel", "context_team_id", "assistant_thread"),
        _json,
    ),
)  # fmt: skip


@pytest.fixture
async def running(world: World) -> AsyncIterator[World]:
    """Return a world whose bot runs: one for all the examples of a property."""
    async with world.bot():
        yield world


@given(payload=_payload)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
async def test_no_signed_payload_whatever_its_shape_gets_a_5xx(
    running: World, payload: dict[str, object]
) -> None:
    reply = await running.slack.send_raw(encoded({"payload": json.dumps(payload)}), FORM)

    assert reply.status is not None
    assert reply.status < 500
