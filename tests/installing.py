"""Installing the bot by hand: from its own page by Slack's back to it, as a browser does."""

import re
from html import unescape
from typing import Final

import aiohttp
from yarl import URL

from bot.demo.slack.workspace import ADA, TEAM
from tests.world import World

_TO_SLACK: Final = re.compile(r'href="([^"]+/oauth/v2/authorize[^"]+)"')


def browser(world: World) -> aiohttp.ClientSession:
    """Return a browser of its own: its cookies count for the bot though that has no TLS."""
    jar = aiohttp.CookieJar(unsafe=True, treat_as_secure_origin=URL(world.url))
    return aiohttp.ClientSession(cookie_jar=jar)


async def page_of_slack(world: World, session: aiohttp.ClientSession) -> str:
    """Return the address of Slack's page to which the bot's leads."""
    async with session.get(f"{world.url}/slack/install") as page:
        text = await page.text()
    found = _TO_SLACK.search(text)
    assert found is not None, text
    return unescape(found[1])


async def way_back(
    session: aiohttp.ClientSession,
    page: str,
    workspace: str = TEAM,
    *,
    user: str = ADA,
    decision: str = "allow",
) -> str:
    """Decide on Slack's page; return the bot's address that it sends the browser back to."""
    form = {"workspace": workspace, "user": user, "decision": decision}
    async with session.post(page, data=form, allow_redirects=False) as answer:
        assert answer.status == 302, await answer.text()
        return answer.headers["Location"]


async def install(world: World, workspace: str = TEAM, *, user: str = ADA) -> str:
    """Install the bot in a workspace, or in an organization by its id; return its last page."""
    async with browser(world) as session:
        page = await page_of_slack(world, session)
        async with session.get(await way_back(session, page, workspace, user=user)) as last:
            text = await last.text()
            assert last.status == 200, text
            return text
