"""Which token answers a request of Slack's: that of the workspace that it comes from."""

from collections.abc import Awaitable, Callable
from typing import Final

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext

from bot.core.errors import NotInstalled, StoreError
from bot.core.person import installation_ids
from bot.slack.workspaces import Workspaces

# Said of a request in its context; `handlers.transport.installed` answers it.
_KEPT_OUT: Final = "ringback_kept_out"


def authorize_by(
    workspaces: Workspaces,
) -> Callable[[AsyncBoltContext, str | None, str | None], Awaitable[AuthorizeResult]]:
    """Return what Bolt asks; it never waits for Slack."""

    async def authorize(
        context: AsyncBoltContext, enterprise_id: str | None, team_id: str | None
    ) -> AuthorizeResult:
        is_org_wide = context.is_enterprise_install is True
        ids = installation_ids(team_id, enterprise_id, is_org_wide=is_org_wide)
        token = None
        try:
            token = (await workspaces.find(ids)).slack.client.token
        except (NotInstalled, StoreError) as error:
            context[_KEPT_OUT] = error
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)

    return authorize
