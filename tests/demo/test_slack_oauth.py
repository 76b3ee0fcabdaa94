"""Installing an app in the local Slack: the page that asks, and the code that comes of it."""

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.slack.server import LocalSlack
from bot.demo.slack.workspace import ADA, GENERAL, GRACE
from tests.demo.listening import Clock, client_of, error_of

ID, SECRET = "1234.5678", "client-secret"
BACK = "https://bot.example/slack/oauth_redirect"
ASKED = {"client_id": ID, "scope": "commands,chat:write", "state": "s1", "redirect_uri": BACK}
SECOND = "T0SECOND"


@pytest.fixture
def slack(slack: LocalSlack) -> LocalSlack:
    """Return a Slack with two workspaces, in the first of which the app is installed."""
    slack.app.redirect_urls = ["https://bot.example/slack"]
    slack.add_workspace(SECOND, "Second")
    return slack


async def asked(slack: LocalSlack, **changes: str) -> tuple[int, str]:
    """Return the page that asks."""
    address = f"{slack.url}/oauth/v2/authorize?{urlencode({**ASKED, **changes})}"
    async with aiohttp.ClientSession() as session, session.get(address) as page:
        return page.status, await page.text()


async def answered(slack: LocalSlack, form: dict[str, str], **changes: str) -> dict[str, str]:
    """Answer on the page; return what one is sent back to the app with."""
    address = f"{slack.url}/oauth/v2/authorize?{urlencode({**ASKED, **changes})}"
    async with (
        aiohttp.ClientSession() as session,
        session.post(address, data=form, allow_redirects=False) as page,
    ):
        assert page.status == 302
        back = urlsplit(page.headers["Location"])
        assert back._replace(query="").geturl() == BACK
        return dict(parse_qsl(back.query))


async def allowed(slack: LocalSlack, workspace: str = SECOND, **form: str) -> str:
    """Let the app into a workspace; return the code."""
    back = await answered(slack, {"workspace": workspace, "decision": "allow", **form})
    return back["code"]


async def access(slack: LocalSlack, code: str, **changes: str) -> Any:
    """Exchange a code."""
    arguments = {"client_id": ID, "client_secret": SECRET, "redirect_uri": BACK, **changes}
    return await client_of(slack, "").oauth_v2_access(code=code, **arguments)


# The page that asks


async def test_the_page_offers_every_workspace_and_says_what_is_asked_for(
    slack: LocalSlack,
) -> None:
    status, page = await asked(slack)

    assert status == 200
    assert 'value="T0RINGBACK" checked> Ringback demo <small>installed</small>' in page
    assert 'value="T0SECOND"> Second' in page
    assert "Send messages as @Ringback" in page


async def test_the_workspace_that_the_app_names_is_chosen_at_first(slack: LocalSlack) -> None:
    _, page = await asked(slack, team=SECOND)

    assert 'value="T0SECOND" checked' in page


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"client_id": "other"}, "Invalid client_id parameter"),
        ({"scope": ""}, "no_scopes"),
        ({"redirect_uri": "https://evil.example/"}, "did not match any configured URIs"),
    ],
)
async def test_a_wrong_address_leads_back_nowhere(
    slack: LocalSlack, changes: dict[str, str], problem: str
) -> None:
    status, page = await asked(slack, **changes)

    assert status == 400
    assert problem in page


async def test_who_says_no_is_sent_back_without_a_code(slack: LocalSlack) -> None:
    back = await answered(slack, {"workspace": SECOND, "decision": "cancel"})

    assert back == {"error": "access_denied", "state": "s1"}


async def test_who_says_yes_is_sent_back_with_a_code_and_the_state(slack: LocalSlack) -> None:
    back = await answered(slack, {"workspace": SECOND, "decision": "allow"})

    assert set(back) == {"code", "state"}
    assert back["state"] == "s1"
    assert not slack.app.chosen(SECOND)[0].is_installed


# The code


async def test_a_code_is_exchanged_for_a_token_of_that_workspace(slack: LocalSlack) -> None:
    answer = await access(slack, await allowed(slack, user=GRACE))

    token = answer.data.pop("access_token")
    assert answer.data == {
        "ok": True,
        "token_type": "bot",
        "scope": "chat:write,commands",
        "bot_user_id": "U0RINGBACK",
        "app_id": "A0RINGBACK",
        "team": {"id": SECOND, "name": "Second"},
        "enterprise": None,
        "is_enterprise_install": False,
        "authed_user": {"id": GRACE},
    }
    assert (await client_of(slack, token).auth_test())["team_id"] == SECOND


async def test_the_installer_is_an_admin_where_there_is_one(slack: LocalSlack) -> None:
    slack.app.chosen(SECOND)[0].people[GRACE].is_admin = True

    assert (await access(slack, await allowed(slack)))["authed_user"] == {"id": GRACE}


async def test_a_code_is_good_once(slack: LocalSlack) -> None:
    code = await allowed(slack)
    await access(slack, code)

    assert await error_of(access(slack, code)) == "code_already_used"


async def test_a_code_is_good_for_ten_minutes(slack: LocalSlack, clock: Clock) -> None:
    code = await allowed(slack)
    clock.now += 601

    assert await error_of(access(slack, code)) == "invalid_code"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": "other"}, "invalid_client_id"),
        ({"client_secret": "other"}, "bad_client_secret"),
        ({"redirect_uri": "https://bot.example/slack/other"}, "bad_redirect_uri"),
        ({"grant_type": "magic"}, "invalid_grant_type"),
    ],
)
async def test_what_does_not_fit_is_refused(
    slack: LocalSlack, changes: dict[str, str], error: str
) -> None:
    assert await error_of(access(slack, await allowed(slack), **changes)) == error


async def test_a_code_that_was_made_up_is_invalid(slack: LocalSlack) -> None:
    assert await error_of(access(slack, "1.2.3")) == "invalid_code"


async def test_without_a_redirect_uri_the_first_that_is_configured_counts(
    slack: LocalSlack,
) -> None:
    slack.app.redirect_urls = [BACK]
    query = urlencode({name: ASKED[name] for name in ("client_id", "scope", "state")})
    form = {"workspace": SECOND, "decision": "allow"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            f"{slack.url}/oauth/v2/authorize?{query}", data=form, allow_redirects=False
        ) as page,
    ):
        back = page.headers["Location"]

    assert back.startswith(f"{BACK}?code=")
    code = dict(parse_qsl(urlsplit(back).query))["code"]
    answer = await client_of(slack, "").oauth_v2_access(
        client_id=ID, client_secret=SECRET, code=code
    )
    assert answer["team"]["id"] == SECOND


# Again, and away


async def test_installing_over_an_installation_keeps_the_token_and_adds_scopes(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    slack.workspace.scopes = {"commands", "users:read"}

    answer = await access(slack, await allowed(slack, slack.team))

    assert answer["access_token"] == slack.bot_token
    assert answer["scope"] == "chat:write,commands,users:read"
    assert (await client.auth_test())["ok"]


async def test_after_uninstalling_there_is_a_new_token_and_the_old_one_stays_dead(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    slack.app.remove(slack.workspace, "account_inactive")

    answer = await access(slack, await allowed(slack, slack.team))

    assert await error_of(client.auth_test()) == "account_inactive"
    await client_of(slack, answer["access_token"]).chat_postMessage(channel=GENERAL, text="Hi")
    assert [one.text for one in slack.messages(GENERAL)] == ["Hi"]


# An organization


@pytest.fixture
async def organization(clock: Clock) -> Any:
    """Return a Slack with an organization of two workspaces, the app installed in neither."""
    async with LocalSlack(clock=clock, bot_token=None, enterprise="E0ORG") as slack:
        slack.app.redirect_urls = [BACK]
        slack.add_workspace(SECOND, "Second", enterprise="E0ORG")
        yield slack


async def test_an_app_is_let_into_one_workspace_of_an_organization(
    organization: LocalSlack,
) -> None:
    answer = await access(organization, await allowed(organization))

    assert answer["team"] == {"id": SECOND, "name": "Second"}
    assert answer["enterprise"] == {"id": "E0ORG", "name": "Organization E0ORG"}
    assert answer["is_enterprise_install"] is False
    assert not organization.workspace.is_installed


async def test_an_app_is_let_into_all_of_an_organization(organization: LocalSlack) -> None:
    answer = await access(organization, await allowed(organization, "E0ORG"))

    assert (answer["team"], answer["is_enterprise_install"]) == (None, True)
    assert answer["enterprise"] == {"id": "E0ORG", "name": "Organization E0ORG"}
    assert answer["authed_user"] == {"id": ADA}
    tested = await client_of(organization, answer["access_token"]).auth_test()
    assert (tested["team_id"], tested["enterprise_id"]) == ("E0ORG", "E0ORG")
    assert tested["is_enterprise_install"] is True
