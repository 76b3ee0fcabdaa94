"""What Slack sends that nobody listens for."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.world import World

EVENTS: list[dict[str, Any]] = [
    {"type": "reaction_added", "user": "U1", "reaction": "eyes"},
    {"type": "message", "subtype": "channel_join", "channel": "C1", "user": "U1"},
    {"type": "message", "channel": "C1", "channel_type": "channel", "text": "hello"},
    {"type": "a_type_of_next_year"},
    {},
]
ENVELOPES: list[dict[str, Any]] = [
    *({"type": "event_callback", "event_id": "E1", "event": event} for event in EVENTS),
    # Slack's own, of which the Events API sends one a minute.
    {"type": "app_rate_limited", "api_app_id": "A1", "minute_rate_limited": 1518467820},
]
PERSONS: dict[str, dict[str, str]] = {
    "another command": {"command": "/another", "text": "of a person", "user_id": "U1"},
    **{
        kind: {"payload": json.dumps({"type": kind, "user": {"id": "U1"}, "callback_id": "none"})}
        for kind in ("shortcut", "message_action", "a_click_of_next_year")
    },
    "block_suggestion": {
        "payload": json.dumps(
            {
                "type": "block_suggestion",
                "user": {"id": "U1"},
                "action_id": "none",
                "block_id": "none",
                "value": "of a person",
            }
        )
    },
}


@pytest.mark.parametrize("envelope", ENVELOPES, ids=str)
async def test_what_slack_would_send_again_is_acknowledged_without_a_warning(
    world: World, envelope: dict[str, Any]
) -> None:
    payload = {"team_id": "T0RINGBACK", **envelope}
    async with world.served() as bot:
        reply = await world.slack.send_raw(json.dumps(payload).encode(), "application/json")
        await bot.stop()

        assert reply.status == 200
        assert not any('"warning"' in line or '"error"' in line for line in bot.log)


@pytest.mark.parametrize("kind", PERSONS)
async def test_of_a_persons_request_slack_says_that_it_failed_and_one_line_tells_its_kind(
    world: World, kind: str
) -> None:
    body = urlencode({"team_id": "T0RINGBACK", **PERSONS[kind]}).encode()
    async with world.served() as bot:
        reply = await world.slack.send_raw(body, "application/x-www-form-urlencoded")
        await bot.stop()

        assert reply.status == 404
        [told] = [json.loads(line) for line in bot.log if '"warning"' in line]
        assert told["kind"] in {kind, "/another"}
        assert "of a person" not in "".join(bot.log)
