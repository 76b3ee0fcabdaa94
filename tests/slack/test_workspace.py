"""Who is admitted, while Slack answers, while it is away, and after a restart."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

import aiohttp
import pytest
from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.errors import MembershipUnknown, OtherTeam, TokenRefused
from bot.core.person import Person
from bot.demo.faults import Fault
from bot.demo.slack.contents import Person as SlackPerson
from bot.demo.slack.server import LocalSlack
from bot.metrics import Metrics
from bot.network import Network
from bot.slack.api import SlackApi
from bot.slack.names import Names
from bot.slack.own_workspace import OwnWorkspace
from bot.slack.workspaces import OneWorkspace
from bot.storage import migrations
from bot.storage.engine.database import Database
from bot.storage.installations import Installations
from tests.conftest import both_databases
from tests.world import slack_says

OUR_TEAM, OUR_ORG = "T0RINGBACK", "E0RINGBACK"
ADA = Person("U0ADA", OUR_TEAM)
EVE = Person("U0EVE", "T0OTHER")


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    """Return a running Slack."""
    async with LocalSlack() as running:
        yield running


@asynccontextmanager
async def started(
    slack: LocalSlack, database_url: str, token: str | None = None
) -> AsyncIterator[OwnWorkspace]:
    """Return what a process knows when it has started and has not asked Slack yet."""
    async with Network().session(slack.url) as session, Database.open(database_url) as database:
        await migrations.upgrade(database.engine)
        client = AsyncWebClient(
            slack.bot_token,
            base_url=slack.api_url,
            session=cast("aiohttp.ClientSession", session),
            retry_handlers=[],
        )
        api = SlackApi(client, Metrics(), timeout=5)
        secret = SecretStr(token or slack.bot_token)
        workspace = OwnWorkspace(api, Installations(database, secret))
        await workspace.recall()
        yield workspace


@pytest.fixture
async def workspace(slack: LocalSlack, database_url: str) -> AsyncIterator[OwnWorkspace]:
    """Return what knows nothing of the installation yet."""
    async with started(slack, database_url) as made:
        yield made


async def test_it_asks_slack_once_when_it_first_needs_to_know(
    slack: LocalSlack, workspace: OwnWorkspace
) -> None:
    assert await workspace.admit(ADA) == OUR_TEAM
    with pytest.raises(OtherTeam):
        await workspace.admit(EVE)

    assert len(slack.requests_of("auth.test")) == 1
    assert workspace.links.to("C1", "1.2") == "https://ringback-demo.slack.com/archives/C1/p12"


@pytest.mark.parametrize(
    "fault",
    [Fault(status=500), Fault(drop=True), slack_says("ratelimited"), Fault(status=200, body="[]")],
    ids=["500", "dropped", "rate limited", "odd"],
)
async def test_while_slack_never_said_nobody_is_admitted_and_it_is_asked_again(
    slack: LocalSlack, workspace: OwnWorkspace, fault: Fault
) -> None:
    slack.faults.add("auth.test", fault, fault)

    for person in (ADA, EVE):
        with pytest.raises(MembershipUnknown):
            await workspace.admit(person)

    assert workspace.links.to("C1", "1.2") is None
    assert await workspace.admit(ADA) == OUR_TEAM


@both_databases
async def test_after_a_restart_while_slack_is_away_its_last_answer_counts(
    slack: LocalSlack, database_url: str
) -> None:
    async with started(slack, database_url) as workspace:
        await workspace.admit(ADA)
    slack.faults.add("auth.test", *[Fault(drop=True)] * 9)

    async with started(slack, database_url) as workspace:
        assert await workspace.admit(ADA) == OUR_TEAM
        with pytest.raises(OtherTeam):
            await workspace.admit(EVE)
        assert workspace.links.to("C1", "1.2") == "https://ringback-demo.slack.com/archives/C1/p12"


async def test_the_last_answer_does_not_count_for_another_token(
    slack: LocalSlack, database_url: str
) -> None:
    async with started(slack, database_url) as workspace:
        await workspace.admit(ADA)
    slack.faults.add("auth.test", *[Fault(drop=True)] * 9)

    async with started(slack, database_url, token="xoxb-of-another-workspace") as workspace:
        with pytest.raises(MembershipUnknown):
            await workspace.admit(ADA)


@both_databases
async def test_a_new_answer_takes_the_place_of_the_last(
    slack: LocalSlack, database_url: str
) -> None:
    async with started(slack, database_url) as workspace:
        await workspace.admit(ADA)
        slack.workspace.enterprise, slack.workspace.org_wide = OUR_ORG, True
        await workspace.learn({"team_id": OUR_TEAM, "enterprise_id": OUR_ORG,
                               "is_enterprise_install": True})  # fmt: skip
    slack.faults.add("auth.test", *[Fault(drop=True)] * 9)

    async with started(slack, database_url) as workspace:
        assert await workspace.admit(ADA) == OUR_ORG


@pytest.mark.parametrize(
    ("enterprise", "is_own"), [(OUR_ORG, True), ("E0OTHER", False), (None, False)]
)
async def test_of_a_person_of_another_workspace_of_a_grid_slack_is_asked_once(
    slack: LocalSlack, workspace: OwnWorkspace, enterprise: str | None, is_own: bool
) -> None:
    slack.workspace.enterprise = OUR_ORG
    slack.workspace.people["U0KAY"] = SlackPerson("U0KAY", "kay", "T0SECOND", enterprise=enterprise)
    kay = Person("U0KAY", "T0SECOND")

    for _ in range(2):
        if is_own:
            assert await workspace.admit(kay) == OUR_TEAM
        else:
            with pytest.raises(OtherTeam):
                await workspace.admit(kay)

    assert len(slack.requests_of("users.info")) == 1


@pytest.mark.parametrize(
    "fault", [Fault(status=500), slack_says("missing_scope"), slack_says("user_not_found")]
)
async def test_where_slack_does_not_say_of_which_organization_a_person_is_nobody_is_admitted(
    slack: LocalSlack, workspace: OwnWorkspace, fault: Fault
) -> None:
    slack.workspace.enterprise = OUR_ORG
    slack.faults.add("users.info", fault)

    with pytest.raises(MembershipUnknown):
        await workspace.admit(Person("U0KAY", "T0SECOND"))


async def test_who_was_admitted_is_not_taken_for_somebody_of_another_team_with_their_id(
    slack: LocalSlack, workspace: OwnWorkspace
) -> None:
    slack.workspace.enterprise = OUR_ORG
    await workspace.admit(ADA)
    slack.workspace.people[ADA.id] = SlackPerson(ADA.id, "ada", "T0STRANGE")

    for team in ("T0STRANGE", "E0OTHER"):
        with pytest.raises(OtherTeam):
            await workspace.admit(Person(ADA.id, team))
    assert await workspace.admit(ADA) == OUR_TEAM


async def test_what_slack_said_of_a_caller_is_not_relied_on_once_it_refuses_the_token(
    slack: LocalSlack, workspace: OwnWorkspace
) -> None:
    names = Names(OneWorkspace(workspace))
    await names.caller(OUR_TEAM, ADA.id)
    await names.caller(OUR_TEAM, ADA.id)
    asked = len(slack.requests_of("users.info"))
    slack.workspace.token_error = "token_revoked"
    with pytest.raises(TokenRefused):
        await workspace.slack.ask("auth.test", workspace.slack.client.auth_test())

    with pytest.raises(TokenRefused):
        await names.caller(OUR_TEAM, ADA.id)

    assert asked == 1
