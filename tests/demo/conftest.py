"""The local workspace with its clock, and a bot that listens, for tests of the workspace."""

from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.slack import LocalSlack
from tests.demo.listening import Bot, Clock, client_of, serve


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def slack(clock: Clock) -> AsyncIterator[LocalSlack]:
    async with LocalSlack(clock=clock) as slack:
        yield slack


@pytest.fixture
async def bot(slack: LocalSlack) -> AsyncIterator[Bot]:
    bot = Bot()
    slack.request_url, runner = await serve(bot.serve)
    yield bot
    await runner.cleanup()


@pytest.fixture
def client(slack: LocalSlack) -> AsyncWebClient:
    return client_of(slack)
