"""Every background loop goes on after an exception that nobody foresaw: it is one item's alone."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.core.audit import Act, AuditEntry
from bot.core.calls.call import Call
from bot.core.calls.states import State
from bot.core.draft import Draft
from bot.core.errors import StoreError
from bot.demo.slack.workspace import ADA, BOT_USER, GENERAL, GRACE, SALES
from bot.slack import token_watch
from bot.slack.replies import Replies
from bot.slack.token_watch import TokenWatch
from bot.storage.audit import AuditLog
from bot.storage.engine.database import Database
from bot.storage.engine.group_commit import GroupCommit
from bot.storage.erasure import Erasure
from bot.worker.steps import Steps
from handlers.transport.socket_mode import SocketMode
from tests.builders import NOON
from tests.world import COMMAND, World, slack_says

Method = Callable[..., Awaitable[Any]]


def fail_if(
    monkeypatch: pytest.MonkeyPatch,
    kind: type[Any],
    name: str,
    is_meant: Callable[[Any], bool] = lambda _: True,
    times: int = 1,
) -> list[Exception]:
    """Let a method fail so many times for the items that are meant; return the failures left."""
    real: Method = getattr(kind, name)
    failures: list[Exception] = [RuntimeError("unforeseen") for _ in range(times)]

    async def failing(self: Any, *arguments: Any, **named: Any) -> Any:
        if failures and is_meant(arguments[0] if arguments else None):
            raise failures.pop()
        return await real(self, *arguments, **named)

    monkeypatch.setattr(kind, name, failing)
    return failures


async def test_one_calls_step_that_fails_is_that_call_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_of_sales(call: Call) -> bool:
        return call.channel == SALES

    failures = fail_if(monkeypatch, Steps, "run", is_of_sales)
    async with world.bot():
        await world.slack.command(ADA, SALES, COMMAND)
        await world.slack.command(ADA, GENERAL, COMMAND)

        await world.until_posted(GENERAL)
        await world.until_dialed()
        assert failures == []
        # It is taken again, later.
        [odd] = [call for call in await world.saved_calls() if call.channel == SALES]
        assert (odd.state, odd.attempts, odd.lease) == (State.REQUESTED, 1, None)


async def test_one_drafts_step_that_fails_is_that_draft_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_of_grace(draft: Draft) -> bool:
        return draft.requester == GRACE

    failures = fail_if(monkeypatch, Replies, "answer", is_of_grace)
    async with world.bot():
        odd = await world.slack.say(GRACE, GENERAL, f"<@{BOT_USER}> book a table")
        said = await world.slack.say(ADA, GENERAL, f"<@{BOT_USER}> book a table")

        await world.until_replied(said.message)
        assert failures == []
        await world.make_due()
        await world.until_replied(odd.message)


@pytest.mark.parametrize("error", [RuntimeError("unforeseen"), StoreError("away")])
async def test_what_cannot_be_erased_keeps_nothing_else_that_is_old(
    world: World, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    world.changes["AUDIT_DAYS"] = "1"
    await world.given()
    async with Database.open(world.database_url) as database:
        await AuditLog(database).add(AuditEntry(NOON, "T1", Act.BLOCKED, "UADA"))

    async def fail(*_: Any, **__: Any) -> int:
        raise error

    monkeypatch.setattr(Erasure, "erase_calls", fail)
    async with world.bot(), Database.open(world.database_url) as database:
        while await AuditLog(database).since(NOON, team="T1", most=1):
            pass


async def test_a_token_that_could_not_be_checked_is_checked_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(token_watch, "_FIRST_RETRY_SECONDS", 0.05)
    world.slack.faults.add("auth.test", slack_says("invalid_auth"))
    real, asked = TokenWatch._ask, list[str]()

    async def fail_once(self: TokenWatch) -> None:
        asked.append("unforeseen" if len(asked) == 1 else "")
        if asked[-1]:
            raise RuntimeError(asked[-1])
        await real(self)

    monkeypatch.setattr(TokenWatch, "_ask", fail_once)
    async with world.bot():
        await world.slack.until(lambda: asked == ["", "unforeseen", ""])


async def test_a_transaction_that_fails_for_whatever_reason_is_not_the_last(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Database.open(database_url) as database:
        failures = fail_if(monkeypatch, GroupCommit, "_perform")

        with capture_logs(), pytest.raises(RuntimeError):
            await database.write(lambda _: 1)

        assert await database.write(lambda _: 2) == 2
        assert failures == []


async def test_a_socket_that_fails_for_whatever_reason_is_followed_by_another(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = fail_if(monkeypatch, SocketMode, "_open", times=2)
    async with World(database_url, socket_mode=True) as world, world.bot():
        assert (await world.slack.command(ADA, GENERAL, COMMAND)).acknowledged
        assert failures == []
