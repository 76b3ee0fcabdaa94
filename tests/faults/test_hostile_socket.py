"""Socket Mode: what is no envelope, or a malformed one, neither ends the bot nor its connection."""

import json

from bot.demo.slack.workspace import ADA, GENERAL
from tests.faults.hostile import COMMAND_PAYLOAD, EVENTS, INTERACTIONS, spoilt
from tests.world import COMMAND, NUMBER, PROMPT, World, shown

LAST = "Ask whether the kitchen is still open"
NO_ENVELOPES = [
    "",
    "text",
    "[]",
    "null",
    "{",
    "{}",
    '{"type": 5}',
    '{"type": "hello"}',
    '{"type": "unknown", "envelope_id": "e", "payload": {}}',
    '{"type": "interactive", "envelope_id": "e"}',
    '{"type": "interactive", "envelope_id": [], "payload": {}}',
    '{"type": "slash_commands", "envelope_id": "e", "payload": "text"}',
    '{"type": "events_api", "envelope_id": {}, "payload": "text"}',
    '{"type": "interactive", "envelope_id": "e", "payload": ' + '{"a":' * 500 + "1" + "}" * 501,
]


def envelope(kind: str, payload: object) -> str:
    """Return what Slack sends over the WebSocket."""
    return json.dumps({"type": kind, "envelope_id": "e", "payload": payload})


async def test_what_is_no_envelope_is_passed_over(database_url: str) -> None:
    async with World(database_url, socket_mode=True) as world, world.bot():
        for text in NO_ENVELOPES:
            await world.slack.send_over_socket(text)

        await world.slack.command(ADA, GENERAL, COMMAND)

        assert "+1 415-555-2671" in shown(await world.until_posted())
        assert world.slack.connected_sockets == 1
        assert len(await world.saved_calls()) == 1


async def test_a_malformed_payload_costs_nobody_else_an_answer_and_leaves_no_trace(
    database_url: str,
) -> None:
    kinds = {"interactive": INTERACTIONS.values(), "events_api": EVENTS.values()}
    async with World(database_url, socket_mode=True) as world, world.served() as bot:
        for kind, payloads in {**kinds, "slash_commands": [COMMAND_PAYLOAD]}.items():
            for payload in payloads:
                for odd in list(spoilt(payload))[::5]:
                    await world.slack.send_over_socket(envelope(kind, odd))
        # What comes after all of them is taken; by then they have been.
        await world.slack.command(ADA, GENERAL, f"{NUMBER} {LAST}")
        await world.slack.until(
            lambda: any(LAST in shown(message) for message in world.slack.messages(GENERAL)), 30
        )

        reply = await world.slack.command(ADA, GENERAL, "help")

        assert reply.acknowledged
        log = "".join(bot.log)
        assert "malformed slack payload" in log
        assert "Traceback" not in log
        assert NUMBER not in log
        assert PROMPT not in log
        assert LAST not in log
