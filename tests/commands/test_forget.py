"""`ringback forget`, as it is used: beside a bot that runs; the database's files are searched."""

from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from bot.clock import utc_now
from bot.core.calls.states import EndReason, State
from bot.core.draft import DraftState
from bot.demo.slack.workspace import ADA, GENERAL
from bot.storage.audit import AuditLog
from bot.storage.engine.database import Database
from bot.storage.leased.draft_store import DraftStore
from bot.storage.policy.do_not_call import DoNotCallList
from tests.builders import NOON, a_call_with_result
from tests.conftest import both_databases
from tests.core.test_draft import a_draft
from tests.dump import contents
from tests.faults.endings import roots
from tests.handlers.test_buttons import scheduled
from tests.test_main import run
from tests.world import COMMAND, NUMBER, PROMPT, SUMMARY, World, shown

SAID = ("14155552671", "4155552671", PROMPT, SUMMARY, "Friday at seven")
PAYLOAD = {
    "call_status": "success",
    "provider_status": "completed",
    "call_summary": SUMMARY,
    "messages": [{"role": "user", "content": "Friday at seven"}],
}


@both_databases
async def test_nothing_of_a_forgotten_number_is_left(world: World, tmp_path: Path) -> None:
    call = replace(
        a_call_with_result(PAYLOAD), recipient=NUMBER, prompt=PROMPT, state=State.REPORTED,
        due_at=None,
    )  # fmt: skip
    await world.given(call)
    draft = a_draft(
        recipient=None, number="(415) 555-2671 or 555-2600", created_at=utc_now(), due_at=utc_now()
    )
    async with Database.open(world.database_url) as database:
        assert await DraftStore(database).add(draft, now=utc_now())
    assert SUMMARY.encode() in await contents(world, tmp_path)

    ended = await run("forget", "+1 415-555-2671", **world.environment)

    assert (ended.code, ended.errors) == (0, "")
    assert ended.output.startswith("erased: the content of 1 call and 1 message to the bot\n")
    left = await contents(world, tmp_path)
    assert [words for words in SAID if words.encode() in left] == []
    kept = await world.saved()
    assert (kept.state, kept.requester, kept.ending) == (State.REPORTED, "UADA", EndReason.RESULT)


@both_databases
async def test_a_forgotten_persons_calls_are_nobodys(world: World, tmp_path: Path) -> None:
    await world.given(replace(a_call_with_result(PAYLOAD), state=State.REPORTED, due_at=None))
    async with Database.open(world.database_url) as database:
        await DoNotCallList(database).add("T1", "+14155552600", "UADA", NOON)

    ended = await run("forget", "UADA", **world.environment)

    assert ended.code == 0
    assert b"UADA" not in await contents(world, tmp_path)
    async with Database.open(world.database_url) as database:
        assert await DoNotCallList(database).entry("T1", "+14155552600") is not None
        acts = await AuditLog(database).since(NOON, most=10)
    assert [(str(entry.act), entry.person) for entry in acts] == [
        ("blocked", None),
        ("forgotten", None),
    ]


async def test_a_person_is_forgotten_in_the_workspace_that_is_named_alone(world: World) -> None:
    over = replace(a_call_with_result(PAYLOAD), state=State.REPORTED, due_at=None)
    for team in ("T1", "T2"):
        await world.given(replace(over, id=uuid4(), request_key=team, team=team))

    ended = await run("forget", "UADA", "--team", "T2", **world.environment)

    assert ended.code == 0
    left = {call.team: call.requester for call in await world.saved_calls()}
    assert left["T1"] == "UADA"
    assert left["T2"] != "UADA"


async def test_a_person_of_one_of_many_workspaces_is_forgotten_nowhere_unless_it_is_named(
    world: World,
) -> None:
    world.distributed = True

    ended = await run("forget", "UADA", **{**world.environment, "LOG_FORMAT": "console"})

    assert (ended.code, ended.output) == (2, "")
    assert ended.errors == (
        "UADA: another workspace may have somebody else of this id: add --team T…\n"
    )


async def test_another_numbers_call_stays_as_it_is(world: World) -> None:
    other = replace(a_call_with_result(PAYLOAD), id=uuid4(), recipient="+14155552600")
    await world.given(replace(other, state=State.REPORTED, due_at=None))

    ended = await run("forget", NUMBER, **world.environment)

    assert ended.output.startswith("erased: the content of 0 calls and 0 messages to the bot\n")
    assert (await world.saved()).recipient == "+14155552600"


async def test_a_scheduled_call_of_a_forgotten_number_is_never_made(world: World) -> None:
    async with world.served():
        status = await scheduled(world)

        ended = await run("forget", NUMBER, **world.environment)

        assert "calls that were not over: 1" in ended.output
        await world.until_shows(status, "Not placed")
        await world.until_saved(lambda call: call.state is State.REPORTED)
        assert "555-2671" not in shown(status)
        assert "has been erased" in shown(await world.until_replied(status))
        assert world.callcow.dials == []


async def test_a_result_that_comes_after_all_is_not_kept(world: World) -> None:
    async with world.served():
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.until_placed()
        call = await world.saved()
        await run("forget", NUMBER, **world.environment)
        [status] = roots(world)
        await world.until_shows(status, "No result received")

        delivery = await world.callcow.finish(world.callcow.dials[0].call_id, call_summary=SUMMARY)

        assert delivery is not None
        assert delivery.status == 401
        assert (await world.saved()).result is None
        assert call.callback_secret.get_secret_value()


async def test_a_forgotten_person_is_not_mentioned_in_their_calls_result(world: World) -> None:
    async with world.served():
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.until_placed()
        [status] = roots(world)

        await run("forget", ADA, **world.environment)

        result = await world.until_replied(status)
        assert "No result received" in result.text
        assert ADA not in str(result.blocks) + result.text
        await world.until_saved(lambda call: call.state is State.REPORTED)


async def test_an_open_question_about_it_cannot_be_answered_any_more(world: World) -> None:
    draft = a_draft(
        state=DraftState.OPEN, message_ts="100.2", created_at=utc_now(), due_at=utc_now()
    )
    async with Database.open(world.database_url) as database:
        assert await DraftStore(database).add(draft, now=utc_now())

    await run("forget", str(draft.recipient), **world.environment)

    [left] = await world.saved_drafts()
    assert (left.state, left.recipient, left.prompt) == (DraftState.EXPIRED, None, None)


async def test_what_is_neither_a_number_nor_a_person_is_said(world: World) -> None:
    ended = await run("forget", "Ada", **{**world.environment, "LOG_FORMAT": "console"})

    assert (ended.code, ended.output) == (2, "")
    assert ended.errors == (
        "Ada: neither a phone number, such as +14155552671, nor a Slack user id\n"
    )
