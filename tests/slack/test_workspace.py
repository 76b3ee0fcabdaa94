"""Whose the bot is, and whether a person is one of its people."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.errors import OtherTeam
from bot.demo.faults import Fault
from bot.demo.slack.server import LocalSlack
from bot.metrics import Metrics
from bot.slack.api import SlackApi
from bot.slack.workspace import Installation, Workspace


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    """Return a running Slack."""
    async with LocalSlack() as running:
        yield running


@pytest.fixture
async def workspace(slack: LocalSlack) -> AsyncIterator[Workspace]:
    """Return what knows nothing of the installation yet."""
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(
            slack.bot_token, base_url=slack.api_url, session=session, retry_handlers=[]
        )
        yield Workspace(SlackApi(client, Metrics(), timeout=5))


def test_people_of_the_team_are_the_bots_own() -> None:
    installation = Installation.read({"team_id": "T1", "url": "https://x.slack.com/"})

    assert installation.has("T1", None)
    assert installation.has("T1", "E1")
    assert not installation.has("T2", None)


def test_for_an_enterprise_all_of_its_teams_are_the_bots_own() -> None:
    installation = Installation.read(
        {"team_id": "T1", "enterprise_id": "E1", "is_enterprise_install": True}
    )

    assert installation.has("T2", "E1")
    assert not installation.has("T1", "E2")
    assert not installation.has("T1", None)


@pytest.mark.parametrize("answer", [{}, {"team_id": 5, "url": [], "is_enterprise_install": "yes"}])
def test_an_odd_answer_makes_nobody_the_bots_own(answer: dict[str, object]) -> None:
    installation = Installation.read(answer)

    assert not installation.has("T1", None)
    assert installation.url is None


async def test_it_asks_slack_once_when_it_first_needs_to_know(
    slack: LocalSlack, workspace: Workspace
) -> None:
    await workspace.check("T0RINGBACK", None)
    with pytest.raises(OtherTeam):
        await workspace.check("T0OTHER", None)

    assert len(slack.requests_of("auth.test")) == 1
    assert workspace.links.to("C1", "1.2") == "https://ringback-demo.slack.com/archives/C1/p12"


@pytest.mark.parametrize("fault", [Fault(status=500), Fault(drop=True)], ids=["500", "dropped"])
async def test_while_slack_does_not_say_it_lets_people_through_and_asks_again(
    slack: LocalSlack, workspace: Workspace, fault: Fault
) -> None:
    slack.faults.add("auth.test", fault)

    await workspace.check("T0OTHER", None)

    assert workspace.links.to("C1", "1.2") is None
    with pytest.raises(OtherTeam):
        await workspace.check("T0OTHER", None)
