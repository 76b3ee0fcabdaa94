"""A database of the version before the redesign, in use, is carried on by this one."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import pytest
from sqlalchemy import Connection, text

from bot.clock import utc_now
from bot.core.calls.states import EndReason, State
from bot.demo.slack.contents import Message
from bot.demo.slack.workspace import ADA, BOT_USER, GENERAL
from bot.storage.engine.database import Database
from tests.handlers.test_command import filled
from tests.handlers.test_shortcuts import the_form
from tests.storage.test_migrations import to_version
from tests.world import PROMPT, World, bearer, post, shown

# The last version whose rows keep sentences, and for which an incomplete mention was a call.
BEFORE: Final = "0003"
NAMES: Final = (
    "requested", "announced", "scheduled", "too old to repeat", "waiting", "refused", "reported",
    "told", "not told",
)  # fmt: skip
IDS: Final = {name: UUID(int=number) for number, name in enumerate(NAMES, start=1)}
NUMBERS: Final = {name: f"+141555526{number:02}" for number, name in enumerate(NAMES, start=71)}
SENTENCE: Final = 'CallCow did not take it: "No workflow is connected."'
LACKS: Final = "I have not rung anybody yet. Enter the number."

in_both = pytest.mark.parametrize(
    "database_url", ["empty_sqlite", "empty_postgresql"], indirect=True
)


def rows(roots: dict[str, Message]) -> dict[str, dict[str, Any]]:
    """Return the rows of calls in every state, each with the status message that stands for it."""
    now = utc_now()
    ago = now - timedelta(minutes=10)
    announced = {"state": "announced", "announced_at": now}
    dialed = {**announced, "dialing_since": ago, "last_dial_at": ago, "dial_at": ago}
    ended = {"state": "ended", "ended_at": now}
    return {
        "requested": {"state": "requested", "posted_in": None, "message_ts": None},
        "announced": announced,
        "scheduled": {**announced, "dial_at": now + timedelta(hours=1), "due_at": None},
        "too old to repeat": dialed,
        "waiting": {**dialed, "state": "waiting", "placed_at": ago, "provider_call_id": "call_1"},
        "refused": {**ended, "ending": "not_placed", "error": SENTENCE},
        "reported": {
            **ended,
            "state": "reported",
            "ending": "not_placed",
            "error": SENTENCE,
            "result_ts": roots["reported"].ts,
            "due_at": None,
        },
        "told": {
            **ended,
            "state": "reported",
            "ending": "incomplete",
            "error": LACKS,
            "recipient": "",
            "result_ts": roots["told"].ts,
            "due_at": None,
        },
        "not told": {**ended, "ending": "incomplete", "error": LACKS, "recipient": ""},
    }


def insert(connection: Connection, roots: dict[str, Message]) -> None:
    """Write the rows as the version before did."""
    now = utc_now()
    for name, changes in rows(roots).items():
        is_mention = changes.get("ending") == "incomplete"
        row: dict[str, Any] = {
            "id": IDS[name].hex,
            "request_key": f"key:{name}",
            "team": "T0RINGBACK",
            "requester": ADA,
            "channel": GENERAL,
            "thread_ts": roots[name].ts if is_mention else None,
            "prompt": f"{PROMPT} ({name})",
            "recipient": NUMBERS[name],
            "callback_secret": f"secret-{IDS[name].int}",
            "dial_at": now,
            "requested_at": now,
            "due_at": now,
            "attempts": 0,
            "posted_in": GENERAL,
            "message_ts": None if is_mention else roots[name].ts,
            "shown": "starting",
        } | changes
        if name == "scheduled":
            row["due_at"] = row["dial_at"]
        given = {column: written(value) for column, value in row.items() if value is not None}
        connection.execute(
            text(f"INSERT INTO calls ({', '.join(given)}) VALUES ({', '.join(given.values())})")
        )


def written(value: object) -> str:
    """Return a value as SQL has it."""
    if isinstance(value, datetime):
        value = value.strftime("%Y-%m-%d %H:%M:%S.%f+00:00")
    return f"'{value}'"


async def saved_before(world: World) -> dict[str, Message]:
    """Let the database be one of the version before; return what it posted, by name."""
    workspace = world.slack.workspace
    roots = {name: workspace.post(GENERAL, BOT_USER, f"Starting ({name})") for name in NAMES}
    button = {
        "type": "button",
        "action_id": "complete_call",
        "value": str(IDS["told"]),
        "text": {"type": "plain_text", "text": "Open the form"},
    }
    blocks = [{"type": "actions", "block_id": "result", "elements": [button]}]
    workspace.edit(roots["told"], f"<@{ADA}> {LACKS}", blocks)
    async with (
        Database.open(world.database_url) as database,
        database.engine.begin() as connection,
    ):
        await connection.run_sync(to_version(BEFORE))
        await connection.run_sync(insert, roots)
    return roots


def dialed(world: World) -> list[str]:
    """Return the numbers that were dialed, in their order."""
    return sorted(dial.recipient_phone for dial in world.callcow.dials)


@in_both
async def test_calls_in_every_state_are_carried_on(world: World) -> None:
    roots = await saved_before(world)

    async with world.bot():
        # What was to be dialed is dialed once; what may have been, and what is over, never.
        await world.callcow.until(lambda: len(world.callcow.dials) == 2)
        url = f"{world.url}/callcow/callback/{IDS['waiting']}"
        body = b'{"call_status": "success", "provider_status": "completed", "call_summary": "Yes."}'
        status, _ = await post(url, body, bearer("secret-5"))
        assert status == 200
        assert "Yes." in shown(await world.until_replied(roots["waiting"]))
        assert SENTENCE in shown(await world.until_replied(roots["refused"]))
        await world.until_shows(roots["too old to repeat"], "may have")
    found = {call.id: call for call in await world.saved_calls()}

    assert dialed(world) == [NUMBERS["requested"], NUMBERS["announced"]]
    assert found[IDS["scheduled"]].state is State.ANNOUNCED
    assert found[IDS["too old to repeat"]].state is State.WAITING
    assert found[IDS["waiting"]].ending is EndReason.RESULT
    assert (roots["reported"].replies, found[IDS["reported"]].state) == ([], State.REPORTED)


@in_both
async def test_incomplete_mentions_are_drafts_whose_buttons_work(world: World) -> None:
    roots = await saved_before(world)

    async with world.bot():
        assert "Which number should I call?" in shown(await world.until_replied(roots["not told"]))
        await world.slack.press(roots["told"], "complete_call", ADA)
        assert filled(the_form(world), "prompt") == f"{PROMPT} (told)"
        await world.slack.submit(the_form(world), {"number": NUMBERS["told"]})
        await world.callcow.until(lambda: NUMBERS["told"] in dialed(world))
        # In place of the button it says what became of it.
        await world.until_shows(roots["told"], "+1 415-555-2678")

    assert dialed(world).count(NUMBERS["told"]) == 1
    assert IDS["told"] not in {call.id for call in await world.saved_calls()}
