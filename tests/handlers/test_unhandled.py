"""Events that nobody listens for."""

import json

import pytest

from tests.world import World

EVENTS = [
    {"type": "reaction_added", "user": "U1", "reaction": "eyes"},
    {"type": "message", "subtype": "channel_join", "channel": "C1", "user": "U1"},
    {"type": "message", "channel": "C1", "channel_type": "channel", "text": "hello"},
    {"type": "a_type_of_next_year"},
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: str(event["type"]))
async def test_an_event_that_nobody_listens_for_is_acknowledged_without_a_warning(
    world: World, event: dict[str, str]
) -> None:
    payload = {"type": "event_callback", "team_id": "T0RINGBACK", "event_id": "E1", "event": event}
    async with world.served() as bot:
        reply = await world.slack.send_raw(json.dumps(payload).encode(), "application/json")
        await bot.stop()

        assert reply.status == 200
        assert not any('"warning"' in line or '"error"' in line for line in bot.log)
