"""Whom one may call, and how often, is told at once, in each way in's own form."""

import re
from datetime import datetime, timedelta
from typing import Final

import pytest

from bot.clock import utc_now
from bot.core.draft import DraftKind
from bot.demo.slack.workspace import ADA, BOT_USER, GENERAL, GRACE, TEAM
from bot.storage.engine.database import Database
from bot.storage.policy.do_not_call import DoNotCallList
from tests.world import COMMAND, NUMBER, PROMPT, World, shown

PREMIUM: Final = "+1 900 555 1234"
IS_PREMIUM: Final = "is a premium-rate number"


async def test_the_command_says_why_a_number_is_not_called(world: World) -> None:
    async with world.bot():
        await world.slack.command(ADA, GENERAL, f"{PREMIUM}, {PROMPT}")

        [told] = world.slack.ephemerals
        assert IS_PREMIUM in told.text
        assert await world.saved_calls() == []


@pytest.mark.parametrize("typed", ["911", "call 112, my house burns", "a fire! call 911", "15"])
async def test_the_command_never_takes_an_emergency_number(world: World, typed: str) -> None:
    async with world.bot():
        await world.slack.command(ADA, GENERAL, typed)

        [told] = world.slack.ephemerals
        assert "is an emergency number. Ringback never calls it: dial it yourself" in told.text
        assert not world.slack.open_views


@pytest.mark.parametrize(
    ("number", "trouble"), [(PREMIUM, IS_PREMIUM), ("9-1-1", "is an emergency number")]
)
async def test_the_form_says_it_at_the_number(world: World, number: str, trouble: str) -> None:
    async with world.bot():
        view = await world.open_form()

        await world.slack.submit(view, {"number": number, "prompt": PROMPT})

        assert list(view.errors) == ["number"]
        assert trouble in view.errors["number"]
        assert await world.saved_calls() == []


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        (f"{PREMIUM}, {PROMPT}", IS_PREMIUM),
        ("112 my house burns, come here", "is an emergency number"),
        ("my house burns, call 112", "is an emergency number"),
        ("1 1 2", "is an emergency number"),
    ],
)
async def test_a_mention_is_answered_in_its_thread(world: World, text: str, trouble: str) -> None:
    async with world.bot():
        said = await world.slack.say(ADA, GENERAL, f"<@{BOT_USER}> {text}")

        assert trouble in shown(await world.until_replied(said.message))
        assert await world.saved_calls() == []
        [draft] = await world.saved_drafts()
        assert draft.kind is DraftKind.NOT_ALLOWED


async def test_a_number_that_was_blocked_meanwhile_is_not_called_from_a_draft(
    world: World,
) -> None:
    async with world.bot():
        text = f"<@{BOT_USER}> please ask {NUMBER} if they are open"
        said = await world.slack.say(ADA, GENERAL, text)
        answer = await world.until_replied(said.message)
        async with Database.open(world.database_url) as database:
            await DoNotCallList(database).add(TEAM, NUMBER, ADA, utc_now())

        await world.slack.press(answer, "draft_call", ADA)

        [told] = world.slack.ephemerals
        assert "This number asked not to be called" in told.text
        assert await world.saved_calls() == []


async def test_the_form_names_who_blocked_the_number_though_slack_was_not_asked_before(
    world: World,
) -> None:
    async with world.bot():
        await world.slack.command(GRACE, GENERAL, f"block {NUMBER}")
        view = await world.open_form()

        await world.slack.submit(view, {"number": NUMBER, "prompt": PROMPT})

        assert "asked not to be called (added by Grace on" in view.errors["number"]


async def test_the_call_after_the_last_permitted_one_is_refused(world: World) -> None:
    world.changes["CALLS_PER_PERSON_PER_HOUR"] = "1"
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.slack.command(ADA, GENERAL, COMMAND)
        view = await world.open_form()
        await world.slack.submit(view, {"number": NUMBER, "prompt": PROMPT})

        [told] = world.slack.ephemerals
        assert "You have asked for 1 call in the last hour, the most allowed here." in told.text
        assert "You have asked for 1 call in the last hour" in view.errors["prompt"]
        assert len(await world.saved_calls()) == 1


async def test_a_form_says_a_time_where_the_person_is_once_slack_has_said_where(
    world: World,
) -> None:
    world.changes["CALLS_PER_PERSON_PER_HOUR"] = "1"
    world.slack.workspace.people[ADA].zone = "Asia/Tokyo"
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.until_dialed()
        view = await world.open_form()

        before = utc_now()
        await world.slack.submit(view, {"number": NUMBER, "prompt": PROMPT})

        [error] = view.errors.values()
        time = re.search(r"The next one can be placed (\w+ \d+, \d+:\d+ [AP]M)\.$", error)
        assert time is not None, error
        shown_at = datetime.strptime(f"{before.year} {time[1]} +0900", "%Y %b %d, %I:%M %p %z")
        assert abs(shown_at - (before + timedelta(hours=1))) < timedelta(minutes=3)
