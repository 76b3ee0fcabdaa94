"""What one replica learns of workspaces that another one has changed, and what it keeps to."""

from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial

import pytest
from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import utc_now
from bot.core.errors import NotInstalled, SlackUnavailable, Unreadable
from bot.core.membership import Installation
from bot.core.person import Person
from bot.demo.slack.server import LocalSlack
from bot.metrics import Metrics
from bot.slack import installed_workspaces
from bot.slack.api import SlackApi
from bot.slack.installed_workspaces import InstalledWorkspaces
from bot.storage.encryption.sealing import new_key
from bot.storage.engine.database import Database
from bot.storage.installation_store import InstallationStore
from tests.conftest import both_databases
from tests.world import ENCRYPTION_KEY

NOW_ON = timedelta(minutes=1)


def connect(token: SecretStr, address: str = "http://127.0.0.1:9/") -> SlackApi:
    """Return what would ask Slack with a token, where nobody answers."""
    client = AsyncWebClient(token.get_secret_value(), base_url=address)
    return SlackApi(client, Metrics(), timeout=1)


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[InstallationStore]:
    """Return the store as another replica has it."""
    async with Database.open(database_url, [ENCRYPTION_KEY]) as database:
        yield InstallationStore(database)


@pytest.fixture
async def replica(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[InstalledWorkspaces]:
    """Return what a replica knows, which looks for changes whenever it is asked."""
    monkeypatch.setattr(installed_workspaces, "_LOOK_SECONDS", 0.0)
    async with Database.open(database_url, [ENCRYPTION_KEY]) as database:
        made = InstalledWorkspaces(InstallationStore(database), connect)
        await made.start()
        yield made


async def install(
    store: InstallationStore,
    token: str,
    *,
    team: str | None = "T1",
    enterprise: str | None = None,
    org_wide: bool = False,
) -> None:
    """Install the bot with a token."""
    where = Installation(team=team, enterprise=enterprise, org_wide=org_wide, url=None)
    await store.install(where, token=SecretStr(token), scopes=["commands"], by="U1", now=utc_now())


async def token_of(replica: InstalledWorkspaces, *teams: str) -> str | None:
    """Return the token with which a replica asks Slack, None for none."""
    try:
        return (await replica.find(teams)).slack.client.token
    except NotInstalled:
        return None


@both_databases
async def test_what_another_replica_installs_removes_and_installs_again_is_seen(
    store: InstallationStore, replica: InstalledWorkspaces
) -> None:
    seen = [await token_of(replica, "T1")]
    await install(store, "xoxb-first")
    seen.append(await token_of(replica, "T1"))
    await install(store, "xoxb-second")
    seen.append(await token_of(replica, "T1"))
    await store.remove("T1", not_after=utc_now() + NOW_ON, now=utc_now())
    seen.append(await token_of(replica, "T1"))
    await install(store, "xoxb-third")
    seen.append(await token_of(replica, "T1"))

    assert seen == [None, "xoxb-first", "xoxb-second", None, "xoxb-third"]


async def test_a_workspace_is_found_before_its_organization_and_else_under_it(
    store: InstallationStore, replica: InstalledWorkspaces
) -> None:
    await install(store, "xoxb-org", team=None, enterprise="E1", org_wide=True)
    before = [await token_of(replica, "T1", "E1"), await token_of(replica, "T2", "E1")]
    await install(store, "xoxb-own", enterprise="E1")

    after = [await token_of(replica, "T1", "E1"), await token_of(replica, "T2", "E1")]

    assert (before, after) == (["xoxb-org", "xoxb-org"], ["xoxb-own", "xoxb-org"])
    assert (await replica.find(["T2", "E1"])).key == "E1"


async def test_a_removal_told_twice_of_a_workspace_leaves_its_organizations_installation(
    store: InstallationStore, replica: InstalledWorkspaces
) -> None:
    await install(store, "xoxb-org", team=None, enterprise="E1", org_wide=True)
    await install(store, "xoxb-own", enterprise="E1")

    told = [await replica.removed(["T1", "E1"], utc_now()) for _ in range(2)]

    assert told == ["T1", "T1"]
    assert await token_of(replica, "E1") == "xoxb-org"


async def test_while_nothing_changes_nothing_is_read_again(
    store: InstallationStore, replica: InstalledWorkspaces
) -> None:
    await install(store, "xoxb-first")

    found = [await replica.find(["T1"]) for _ in range(2)]

    assert found[0] is found[1]


async def test_a_refused_token_is_read_again_and_counts_as_refused(
    store: InstallationStore, replica: InstalledWorkspaces
) -> None:
    await install(store, "xoxb-first")
    found = await replica.find(["T1"])

    assert found.slack.on_refused is not None
    found.slack.on_refused("token_revoked")

    assert replica.refused == ["T1"]
    assert await replica.find(["T1"]) is not found


async def test_a_token_of_another_key_is_left_alone_and_tried_again_later(
    store: InstallationStore, database_url: str
) -> None:
    await install(store, "xoxb-first")
    async with Database.open(database_url, [new_key()]) as database:
        replica = InstalledWorkspaces(InstallationStore(database), connect)

        with pytest.raises(Unreadable):
            await replica.find(["T1"])
        with pytest.raises(SlackUnavailable):
            await replica.of("T1")
        with pytest.raises(SlackUnavailable):
            await replica.of_person(Person("U1", "T1"))

    kept = await store.of("T1")
    assert kept is not None
    assert kept.token == SecretStr("xoxb-first")


async def test_who_has_no_installation_named_is_looked_for_by_their_own_team(
    store: InstallationStore, replica: InstalledWorkspaces
) -> None:
    await install(store, "xoxb-first")

    found = await replica.of_person(Person("U1", "T1"))

    assert found.key == "T1"
    with pytest.raises(NotInstalled):
        await replica.of_person(Person("U1", "T1", installed_in=("T2",)))


async def test_a_removal_from_an_organization_is_not_taken_for_an_earlier_one(
    store: InstallationStore,
) -> None:
    async with LocalSlack() as slack:
        replica = InstalledWorkspaces(store, partial(connect, address=slack.api_url))
        await install(store, "xoxb-own", enterprise="E1")
        await replica.removed(["T1", "E1"], utc_now())
        # Which this Slack does not know, as it was revoked.
        await install(store, "xoxb-org", team=None, enterprise="E1", org_wide=True)

        told = [await replica.removed(["T1", "E1"], utc_now()) for _ in range(2)]

    assert told == ["E1", "E1"]
    assert await token_of(replica, "E1") is None


@pytest.mark.parametrize(
    ("is_good", "told"),
    [(True, None), (False, "T1"), (None, "T1")],
    ids=["good", "revoked", "no answer"],
)
async def test_by_a_clock_that_is_behind_slack_decides_whether_a_removal_is_of_an_installation(
    store: InstallationStore, is_good: bool | None, told: str | None
) -> None:
    async with LocalSlack() as slack:
        address = slack.api_url if is_good is not None else "http://127.0.0.1:9/"
        replica = InstalledWorkspaces(store, partial(connect, address=address))
        await install(store, slack.bot_token if is_good else "xoxb-revoked")

        removed = await replica.removed(["T1"], utc_now() + timedelta(seconds=6))

    assert removed == told


@both_databases
async def test_who_installs_while_another_installer_is_told_is_told_as_well(
    store: InstallationStore,
) -> None:
    await install(store, "xoxb-first")
    [first] = await store.take_notices(utc_now(), NOW_ON)
    await install(store, "xoxb-second")

    await store.told(first)

    [second] = await store.take_notices(utc_now(), NOW_ON)
    await store.told(second)
    assert (first.token, second.token) == (SecretStr("xoxb-first"), SecretStr("xoxb-second"))
    assert await store.take_notices(utc_now() + NOW_ON, NOW_ON) == []
