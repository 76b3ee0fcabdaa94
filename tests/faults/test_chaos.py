"""A short seeded chaos run on both databases, and an account that would find what is wrong."""

import asyncio
import time
from collections import Counter

import pytest

from bot.demo.slack.api.web_api import WebApiRequest
from bot.demo.slack.workspace import GENERAL
from tests.conftest import both_databases
from tests.faults.chaos import Plan, run
from tests.faults.chaos_posts import Cause, Posts

RESULT = "<@UADA> ✅ Completed · +1 415-555-2671: Booked."


@both_databases
async def test_with_all_faults_at_once_nothing_is_lost_dialed_twice_or_untrue(
    database_url: str,
) -> None:
    plan = Plan(seed=20260330, calls=20, kills_at_least=2, asked_a_second=20.0)

    account = await run(database_url, plan)

    assert account.sound, f"seed {plan.seed}\n{account}"
    assert account.acknowledged == 20
    assert account.kills >= 2


async def test_with_two_replicas_in_socket_mode_nothing_is_either(
    empty_postgresql_url: str,
) -> None:
    plan = Plan(
        seed=20261126, calls=20, kills_at_least=2, asked_a_second=20.0, replicas=2, socket_mode=True
    )

    account = await run(empty_postgresql_url, plan)

    assert account.sound, f"seed {plan.seed}\n{account}"
    assert account.acknowledged == 20


class Answered(asyncio.BaseTransport):
    """A connection on which an answer went out."""

    def __init__(self, *, hung_up: bool) -> None:
        super().__init__()
        self._hung_up = hung_up

    def is_closing(self) -> bool:
        return self._hung_up


async def posted(posts: Posts, ts: str, *, hung_up: bool = False, seconds_ago: float = 0.0) -> None:
    """Let the result be posted, and heard unless the bot hung up."""
    request = WebApiRequest(
        "chat.postMessage",
        {"channel": GENERAL, "text": RESULT},
        at=time.time() - seconds_ago,
        answer={"ok": True, "ts": ts},
        connection=Answered(hung_up=hung_up),
    )
    posts.arrived(request)


async def test_a_post_doubled_though_the_first_was_heard_is_unexplained() -> None:
    posts = Posts(bot_waits=0.5, lease=4.0)
    await posted(posts, "1.1")
    await posted(posts, "1.2")

    assert posts.doubled() == Counter({Cause.UNEXPLAINED: 1})


async def test_what_is_unexplained_is_told_with_the_time_between() -> None:
    posts = Posts(bot_waits=0.5, lease=4.0)
    await posted(posts, "1.1", seconds_ago=3.0)
    await posted(posts, "1.2")

    [told] = posts.unexplained()
    assert told.startswith("+14155552671 Completed: 1.1 at ")
    assert ", 3.0" in told


async def test_a_post_doubled_after_the_bot_hung_up_was_never_answered() -> None:
    posts = Posts(bot_waits=0.5, lease=4.0)
    await posted(posts, "1.1", hung_up=True)
    await posted(posts, "1.2")

    assert posts.doubled() == Counter({Cause.UNANSWERED: 1})


async def test_a_kill_excuses_only_what_it_kept_from_being_committed() -> None:
    posts = Posts(bot_waits=0.5, lease=4.0)
    await posted(posts, "1.1")
    posts.kill()
    posts.killed(committed={"1.1"})
    await posted(posts, "1.2")
    posts.kill()
    posts.killed(committed={"1.1"})
    await posted(posts, "1.3")

    assert posts.doubled() == Counter({Cause.UNEXPLAINED: 1, Cause.KILLED: 1})


async def test_a_kill_does_not_excuse_what_was_to_be_committed_long_before() -> None:
    posts = Posts(bot_waits=0.5, lease=4.0)
    await posted(posts, "1.1", seconds_ago=6.0)
    posts.kill()
    posts.killed(committed=set())
    await posted(posts, "1.2")

    assert posts.doubled() == Counter({Cause.UNEXPLAINED: 1})


async def test_what_was_committed_after_a_kill_after_all_is_not_excused() -> None:
    posts = Posts(bot_waits=0.5, lease=4.0)
    await posted(posts, "1.1")
    posts.kill()
    posts.killed(committed=set())
    posts.committed({"1.1"})
    await posted(posts, "1.2")

    assert posts.doubled() == Counter({Cause.UNEXPLAINED: 1})


@pytest.mark.parametrize(
    ("seconds_ago", "ended_seconds_ago", "committed", "cause"),
    [
        (4.1, 0.5, set(), Cause.CUT_OFF),
        (4.1, 0.5, {"1.1"}, Cause.UNEXPLAINED),
        (1.5, 0.5, set(), Cause.UNEXPLAINED),
        (4.1, 4.5, set(), Cause.UNEXPLAINED),
    ],
    ids=["past its lease", "committed", "within its lease", "posted when it was over"],
)
async def test_an_outage_excuses_only_what_was_repeated_past_the_lease(
    seconds_ago: float, ended_seconds_ago: float, committed: set[str], cause: Cause
) -> None:
    posts, now = Posts(bot_waits=0.5, lease=4.0), time.time()
    await posted(posts, "1.1", seconds_ago=seconds_ago)
    posts.cut_off(now - 5.0, now - ended_seconds_ago, committed)
    await posted(posts, "1.2")

    assert posts.doubled() == Counter({cause: 1})
