"""Approvals by somebody else, through real signed requests."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

import pytest

from bot.clock import utc_now
from bot.core.approval import Approval
from bot.core.audit import Act
from bot.core.calls.states import EndReason, Progress, State
from bot.demo.faults import Fault
from bot.demo.slack.contents import Ephemeral, Message, Person
from bot.demo.slack.workspace import ADA, ARCHIVE, BOT_USER, GENERAL, GRACE, SALES, TEAM
from bot.storage.audit import AuditLog
from bot.storage.engine.database import Database
from bot.storage.leased.approval_store import ApprovalStore
from bot.storage.policy.do_not_call import DoNotCallList
from bot.storage.policy.pauses import Pauses
from bot.storage.tables import approvals
from tests.conftest import both_databases
from tests.opening_hours import closed_until
from tests.world import COMMAND, NUMBER, PROMPT, SUMMARY, World, shown

LINUS: Final = "U0LINUS"


@pytest.fixture(autouse=True)
def needs_approval(world: World) -> None:
    """Let every call wait for an approval by Ada or Grace, asked for in #sales."""
    world.changes |= {"APPROVAL": "all", "APPROVERS": f"{ADA},{GRACE}", "APPROVAL_CHANNEL": SALES}
    world.slack.workspace.people[LINUS] = Person(LINUS, "linus", TEAM)


async def asked(world: World) -> tuple[Message, Message]:
    """Let Ada ask for a call; return its status message and the message to the approvers."""
    await world.slack.command(ADA, GENERAL, COMMAND)
    request = await world.until_posted(SALES)
    return await world.until_posted(), request


async def scheduled(world: World, **fields: object) -> tuple[Message, Message]:
    """Let Ada schedule a call for the hour after next; return the same messages."""
    at = int((utc_now() + timedelta(hours=2)).timestamp())
    view = await world.open_form()
    await world.slack.submit(view, {"number": NUMBER, "prompt": PROMPT, "when": at, **fields})
    request = await world.until_posted(SALES)
    return await world.until_posted(), request


async def told(world: World) -> Ephemeral:
    """Return what one person was told, and no other."""
    await world.slack.until(lambda: world.slack.ephemerals)
    [ephemeral] = world.slack.ephemerals
    return ephemeral


async def acts(world: World) -> set[tuple[str, str | None, str | None]]:
    """Return what was done, by whom, and by which rule."""
    async with Database.open(world.database_url) as database:
        entries = await AuditLog(database).since(utc_now() - timedelta(days=9), most=100)
    return {(entry.act, entry.person, entry.rule) for entry in entries}


# A decision


@both_databases
async def test_a_call_waits_until_somebody_else_approves_it(world: World) -> None:
    async with world.bot():
        status, request = await asked(world)
        call = await world.saved()
        assert (call.state, call.due_at) == (State.ANNOUNCED, None)
        assert "Waiting for approval" in shown(status)
        assert "This call is waiting for approval by Grace." in shown(status)
        assert f"May I call +1 415-555-2671? · for\u00a0Ada: {PROMPT}" in request.text

        await world.slack.press(request, "approve", GRACE)

        dial = await world.until_dialed()
        assert (dial.recipient_phone, dial.prompt) == (NUMBER, PROMPT)
        await world.until_shows(request, "Approved by Grace")
        await world.until_shows(status, "Approved by Grace")
        assert "☎️ Calling" in shown(status)
        assert "'approve'" not in str(request.blocks)
        assert world.slack.ephemerals == []
        assert {(Act.HELD, ADA, "approval"), (Act.APPROVED, GRACE, None)} < await acts(world)


@both_databases
async def test_a_call_that_is_declined_is_not_placed(world: World) -> None:
    async with world.bot():
        status, request = await asked(world)

        await world.slack.press(request, "decline", GRACE)

        result = await world.until_replied(status)
        assert "An approver declined this call, so no call was made." in shown(result)
        await world.until_shows(request, "Declined by Grace")
        await world.until_shows(status, "Declined by Grace")
        assert (await world.saved()).ending is EndReason.NOT_PLACED
        assert world.callcow.dials == []
        assert {(Act.DECLINED, GRACE, None), (Act.ENDED, None, None)} < await acts(world)


async def test_a_scheduled_call_that_is_approved_keeps_its_time(world: World) -> None:
    async with world.bot():
        status, request = await scheduled(world)
        assert "Call now" not in shown(status)

        await world.slack.press(request, "approve", GRACE)

        await world.until_shows(status, "Scheduled")
        assert "Approved by Grace" in shown(status)
        assert "Call now" in shown(status)
        call = await world.saved()
        assert call.due_at == call.dial_at
        assert world.callcow.dials == []


async def test_further_attempts_need_no_approval_of_their_own(world: World) -> None:
    async with world.bot():
        status, request = await scheduled(world, if_unanswered="once_more")
        assert "up to 2 attempts" in shown(request)
        await world.slack.press(request, "approve", GRACE)
        await world.until_shows(status, "Scheduled")
        await world.slack.press(status, "dial_now", ADA)
        await world.callcow.finish((await world.until_dialed()).call_id, "no_answer")
        await world.until_shows(status, "next try")

        await world.slack.press(status, "dial_now", ADA)

        await world.callcow.until(lambda: len(world.callcow.dials) == 2)
        await world.callcow.finish(world.callcow.dials[1].call_id, call_summary=SUMMARY)
        await world.until_shows(status, SUMMARY)
        assert len(world.slack.messages(SALES)) == 1


async def test_call_again_asks_for_another_approval(world: World) -> None:
    async with world.bot():
        status, request = await asked(world)
        await world.slack.press(request, "decline", GRACE)
        result = await world.until_replied(status)
        await world.slack.press(result, "call_again", ADA)
        form = list(world.slack.open_views.values())[-1]

        await world.slack.submit(form, {"number": NUMBER, "prompt": PROMPT})

        await world.slack.until(lambda: len(world.slack.messages(SALES)) == 2)
        assert world.callcow.dials == []


async def test_a_mention_waits_as_well(world: World) -> None:
    async with world.bot():
        await world.slack.say(ADA, GENERAL, f"<@{BOT_USER}> {COMMAND}")

        request = await world.until_posted(SALES)
        await world.slack.press(request, "approve", GRACE)

        assert (await world.until_dialed()).recipient_phone == NUMBER


async def test_a_question_that_became_a_call_says_that_it_waits(world: World) -> None:
    async with world.bot():
        said = await world.slack.say(ADA, GENERAL, f"<@{BOT_USER}> my host has {NUMBER}, {PROMPT}")
        question = await world.until_replied(said.message)

        await world.slack.press(question, "draft_call", ADA)

        await world.until_shows(question, "Waiting for approval to call +1 415-555-2671")
        request = await world.until_posted(SALES)
        await world.slack.press(request, "approve", GRACE)
        await world.until_dialed()


# Who may decide, and how often


async def test_nobody_decides_about_their_own_call(world: World) -> None:
    async with world.bot():
        _, request = await asked(world)

        await world.slack.press(request, "approve", ADA)

        assert "You can't approve or decline your own call" in (await told(world)).text
        assert (await world.saved()).progress is Progress.TO_APPROVE


@pytest.mark.parametrize("action", ["approve", "decline"])
async def test_only_approvers_decide(world: World, action: str) -> None:
    async with world.bot():
        _, request = await asked(world)

        await world.slack.press(request, action, LINUS)

        assert "Only the people chosen as approvers can" in (await told(world)).text
        assert (await world.saved()).progress is Progress.TO_APPROVE


async def test_people_of_other_teams_decide_nothing(world: World) -> None:
    eve = world.slack.join_from_another_team(SALES)
    world.changes["APPROVERS"] = f"{ADA},{GRACE},{eve}"
    async with world.bot():
        _, request = await asked(world)

        await world.slack.press(request, "approve", eve)

        assert "Only members of the workspace" in (await told(world)).text
        assert (await world.saved()).progress is Progress.TO_APPROVE


async def test_the_second_decision_is_told_the_first(world: World) -> None:
    async with world.bot():
        status, request = await asked(world)
        as_it_was = replace(request)
        await world.slack.press(request, "decline", GRACE)
        await world.until_replied(status)

        await world.slack.press(as_it_was, "approve", GRACE)

        assert (await told(world)).text == f"This call was already declined by <@{GRACE}>."
        assert world.callcow.dials == []


@both_databases
async def test_of_two_decisions_in_the_same_instant_one_counts(world: World) -> None:
    world.changes["APPROVERS"] = f"{GRACE},{LINUS}"
    async with world.bot():
        status, request = await asked(world)
        as_it_was = replace(request)

        await asyncio.gather(
            world.slack.press(as_it_was, "approve", GRACE),
            world.slack.press(as_it_was, "decline", LINUS),
        )

        assert "This call was already " in (await told(world)).text
        decisions = {act for act, *_ in await acts(world)} & {Act.APPROVED, Act.DECLINED}
        [decision] = decisions
        if decision == Act.DECLINED:
            await world.until_replied(status)
            assert world.callcow.dials == []
        else:
            assert (await world.until_dialed()).recipient_phone == NUMBER


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [("decline", "approve", "declined"), ("approve", "decline", "approved")],
    ids=["declined", "approved"],
)
async def test_a_decision_made_while_another_is_looked_into_is_told_to_it(
    world: World, monkeypatch: pytest.MonkeyPatch, first: str, second: str, words: str
) -> None:
    world.changes["APPROVERS"] = f"{GRACE},{LINUS}"
    async with world.bot():
        _, request = await asked(world)
        as_it_was = replace(request)
        read = ApprovalStore.get

        async def read_before_the_other(store: ApprovalStore, row_id: UUID) -> Approval | None:
            monkeypatch.setattr(ApprovalStore, "get", read)
            found = await read(store, row_id)
            await world.slack.press(as_it_was, first, GRACE)
            return found

        monkeypatch.setattr(ApprovalStore, "get", read_before_the_other)
        await world.slack.press(as_it_was, second, LINUS)

        assert (await told(world)).text == f"This call was already {words} by <@{GRACE}>."


async def test_a_button_of_nothing_is_told(world: World) -> None:
    async with world.bot():
        _, request = await asked(world)
        odd = replace(request, blocks=[])
        text = {"type": "plain_text", "text": "Approve"}
        button = {"type": "button", "text": text, "action_id": "approve", "value": "nothing"}
        odd.blocks = [{"type": "actions", "elements": [button]}]

        await world.slack.press(odd, "approve", GRACE)

        assert "I can't find this call" in (await told(world)).text


async def test_the_only_approver_is_told_so_when_they_ask(world: World) -> None:
    world.changes["APPROVERS"] = ADA
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)

        assert "there's nobody to give it" in (await told(world)).text
        assert await world.saved_calls() == []
        assert (Act.REFUSED, ADA, "no_other_approver") in await acts(world)


# Nobody decides


@both_databases
async def test_a_call_that_nobody_approves_within_a_day_is_not_placed(world: World) -> None:
    async with world.bot():
        status, request = await asked(world)
        as_it_was = replace(request)
        await world.until_at_rest()
    await world.pass_time(days=1)

    async with world.bot():
        result = await world.until_replied(status)
        assert "Nobody approved this call within a day" in shown(result)
        await world.until_shows(request, "Nobody decided within a day")
        assert "Approve" not in shown(request)

        await world.slack.press(as_it_was, "approve", GRACE)

        assert "This has expired" in (await told(world)).text
        assert world.callcow.dials == []


async def test_a_press_that_comes_before_the_worker_is_too_late_all_the_same(world: World) -> None:
    async with world.bot():
        _, request = await asked(world)
        async with Database.open(world.database_url) as database, database.engine.begin() as rows:
            # Somebody else, who takes their time, is at it.
            until = utc_now() + timedelta(days=9)
            await rows.execute(approvals.update().values(lease=uuid4(), lease_until=until))
        await world.pass_time(days=1)

        await world.slack.press(request, "approve", GRACE)

        assert "This has expired" in (await told(world)).text
        assert world.callcow.dials == []


# While it waits


@both_databases
async def test_a_call_that_is_canceled_while_it_waits_leaves_nothing_to_decide(
    world: World,
) -> None:
    async with world.bot():
        status, request = await asked(world)
        as_it_was = replace(request)

        await world.slack.press(status, "cancel_call", ADA)

        await world.until_shows(request, "Canceled by Ada")
        await world.until_shows(status, "Canceled before dialing")
        await world.slack.press(as_it_was, "approve", GRACE)
        assert "There's nothing left to decide" in (await told(world)).text
        assert world.callcow.dials == []


async def test_call_now_does_not_go_round_an_approval(world: World) -> None:
    world.changes |= {"APPROVAL": ""}
    async with world.bot():
        at = int((utc_now() + timedelta(hours=2)).timestamp())
        view = await world.open_form()
        await world.slack.submit(view, {"number": NUMBER, "prompt": PROMPT, "when": at})
        status = await world.until_posted()
        await world.until_saved(lambda call: call.state is State.ANNOUNCED)
        as_it_was = replace(status)

    world.changes |= {"APPROVAL": "all"}
    async with world.bot():
        await world.slack.press(as_it_was, "dial_now", ADA)
        request = await world.until_posted(SALES)
        await world.until_shows(status, "Waiting for approval")
        await world.slack.press(as_it_was, "dial_now", ADA)
        assert "This call is waiting until somebody else approves it" in (await told(world)).text
        assert world.callcow.dials == []

        await world.slack.press(request, "approve", GRACE)

        assert (await world.until_dialed()).recipient_phone == NUMBER


async def test_the_list_and_the_home_tab_show_what_waits(world: World) -> None:
    async with world.bot():
        await asked(world)

        await world.slack.command(ADA, GENERAL, "list")
        await world.slack.open_home(ADA)

        listed = await told(world)
        home = world.slack.home(ADA)
        assert home is not None
        for blocks in (listed.blocks, home.payload["blocks"]):
            assert "Waiting for approval" in str(blocks)
            assert "cancel_call:0" in str(blocks)
            assert "dial_now" not in str(blocks)


async def test_whoever_is_forgotten_is_not_called_for(world: World) -> None:
    world.changes["ADMIN_USERS"] = GRACE
    async with world.bot():
        _, request = await asked(world)

        await world.slack.command(GRACE, GENERAL, f"forget {NUMBER}")

        await world.until_shows(request, "Not placed · an erased number")
        assert PROMPT not in shown(request)
        assert world.callcow.dials == []


async def test_what_waits_counts_as_a_planned_call(world: World) -> None:
    world.changes["CALLS_PER_NUMBER_PER_DAY"] = "1"
    async with world.bot():
        await asked(world)

        await world.slack.command(GRACE, GENERAL, COMMAND)

        assert "This number already has 1 call within 24 hours" in (await told(world)).text


# The rules are asked again


async def test_what_a_rule_refuses_by_then_is_not_placed(world: World) -> None:
    async with world.bot():
        status, request = await asked(world)
        async with Database.open(world.database_url) as database:
            await DoNotCallList(database).add(TEAM, NUMBER, GRACE, utc_now())

        await world.slack.press(request, "approve", GRACE)

        result = await world.until_replied(status)
        assert "This number asked not to be called" in shown(result)
        await world.until_shows(request, "This number asked not to be called (added by Grace on")
        assert "Approved" not in shown(status)
        assert (Act.ENDED, None, "do_not_call") in await acts(world)
        assert world.callcow.dials == []


async def test_at_a_limit_it_can_be_approved_later(world: World) -> None:
    world.changes["CALLS_PER_NUMBER_PER_DAY"] = "0"
    async with world.bot():
        _, request = await asked(world)
        await world.slack.press(request, "approve", GRACE)
        await world.until_dialed()
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.slack.until(lambda: len(world.slack.messages(SALES)) == 2)
    second = world.slack.messages(SALES)[1]
    world.changes["CALLS_PER_NUMBER_PER_DAY"] = "1"

    async with world.bot():
        await world.slack.press(second, "approve", GRACE)

        assert "This number already has 1 call within 24 hours" in (await told(world)).text
        waiting = [call for call in await world.saved_calls() if call.awaits_approval]
        assert len(waiting) == 1
        assert "Approve" in shown(second)


async def test_an_approved_call_goes_at_the_next_opening(world: World) -> None:
    async with world.bot():
        status, request = await asked(world)
    hours, opens_at = closed_until()
    world.changes["CALLING_HOURS"] = hours

    async with world.bot():
        await world.slack.press(request, "approve", GRACE)

        await world.until_shows(status, "I'll call at")
        assert "Approved by Grace" in shown(status)
        assert (await world.saved()).due_at == opens_at
        assert world.callcow.dials == []


async def test_an_approved_call_waits_while_calls_are_paused(world: World) -> None:
    async with world.bot():
        status, request = await asked(world)
        async with Database.open(world.database_url) as database:
            await Pauses(database).pause(TEAM, GRACE, utc_now())

        await world.slack.press(request, "approve", GRACE)

        await world.until_shows(status, "Calls are paused here")
        assert "Approved by Grace" in shown(status)
        assert world.callcow.dials == []


# Slack


async def test_slack_failing_at_the_request_is_asked_again(world: World) -> None:
    failed = iter([Fault(status=500), Fault(drop=True)])

    def second_and_third(name: str) -> Fault | None:
        is_request = name == "chat.postMessage" and world.slack.messages(GENERAL)
        return next(failed, None) if is_request else None

    world.slack.faults.choose = second_and_third
    async with world.bot():
        _, request = await asked(world)

        await world.slack.press(request, "approve", GRACE)

        assert (await world.until_dialed()).recipient_phone == NUMBER


async def test_a_channel_that_cannot_be_written_in_is_told(world: World) -> None:
    world.changes["APPROVAL_CHANNEL"] = ARCHIVE
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)

        status = await world.until_posted()
        result = await world.until_replied(status)
        assert "I couldn't ask for approval for this call (Slack says is_archived)" in shown(result)
        assert world.callcow.dials == []


async def test_a_press_before_the_message_is_saved_counts(world: World) -> None:
    answer = asyncio.Event()
    faults = iter([Fault(when="after", hold=answer)])

    def held(name: str) -> Fault | None:
        is_request = name == "chat.postMessage" and world.slack.messages(GENERAL)
        return next(faults, None) if is_request else None

    world.slack.faults.choose = held
    async with world.bot():
        _, request = await asked(world)
        await world.slack.press(request, "approve", GRACE)
        await world.until_dialed()

        answer.set()

        await world.until_shows(request, "Approved by Grace")
