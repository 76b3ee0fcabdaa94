"""The local workspace with its clock, a bot that listens, and a Chromium before the page."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo import run
from bot.demo.callcow.server import CallCowSimulator
from bot.demo.slack.server import LocalSlack
from tests.demo.browser import launched
from tests.demo.callers import Caller, Receiver, running
from tests.demo.listening import Bot, Clock, client_of, listening
from tests.slack_types import type_problems_of_all_said


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def slack(clock: Clock) -> AsyncIterator[LocalSlack]:
    async with LocalSlack(clock=clock) as slack:
        yield slack


@pytest.fixture
async def bot(slack: LocalSlack) -> AsyncIterator[Bot]:
    async with listening(slack) as bot:
        yield bot


@pytest.fixture
def client(slack: LocalSlack) -> AsyncWebClient:
    return client_of(slack)


class CheckedSlack(LocalSlack):
    """The Slack of a demo: at its end, all that the bot said has the shape that Slack publishes."""

    async def __aexit__(self, error: object = None, *_: object) -> None:
        await super().__aexit__(error)
        if error is None:
            assert type_problems_of_all_said(self) == []


@pytest.fixture(scope="session", autouse=True)
def checked() -> Iterator[None]:
    """Have every demo that a test runs in this process checked."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "LocalSlack", CheckedSlack)
        yield


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """Return a browser for all tests of this process; each opens pages of its own in it."""
    async with launched() as browser:
        yield browser


@pytest.fixture
async def both() -> AsyncIterator[tuple[CallCowSimulator, Caller]]:
    async with running() as pair:
        yield pair


@pytest.fixture
def callcow(both: tuple[CallCowSimulator, Caller]) -> CallCowSimulator:
    return both[0]


@pytest.fixture
def caller(both: tuple[CallCowSimulator, Caller]) -> Caller:
    return both[1]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver() as receiver:
        yield receiver
