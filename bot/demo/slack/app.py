"""The app as Slack knows it: its credentials, and in which workspaces it is installed."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from secrets import token_hex

from bot.demo.slack.workspace import Workspace


@dataclass
class App:
    """The one app of the local Slack. It may be sent back to `redirect_urls` and what is below.

    `workspaces` are all that there are, installed or not.
    """

    signing_secret: str
    app_token: str
    client_id: str
    client_secret: str
    redirect_urls: list[str] = field(default_factory=list)
    workspaces: list[Workspace] = field(default_factory=list)
    # Tokens that were good once, and what they are answered now.
    _former: dict[str, str] = field(default_factory=dict)

    def chosen(self, name: str) -> tuple[Workspace, ...]:
        """Return the workspace of that id, or all of an organization's."""
        return tuple(one for one in self.workspaces if name in (one.id, one.enterprise))

    def workspaces_of(self, token: str) -> list[Workspace]:
        """Return where a bot token acts: several workspaces for one of an organization."""
        return [one for one in self.workspaces if one.bot_token == token]

    def error_of(self, token: str) -> str | None:
        """Return what a bot token is answered, None if it is good."""
        workspaces = self.workspaces_of(token)
        return workspaces[0].token_error if workspaces else self._former.get(token, "invalid_auth")

    def installation(self, workspace: Workspace) -> Sequence[Workspace]:
        """Return the workspaces that share the workspace's installation, itself among them."""
        return self.workspaces_of(workspace.bot_token) if workspace.bot_token else [workspace]

    def install(
        self, workspaces: Iterable[Workspace], scopes: Collection[str], *, org_wide: bool = False
    ) -> str:
        """Install the app in a workspace or in all of an organization's; return its token there.

        While it is installed the token stays the same, and scopes only come on top.
        """
        chosen = list(workspaces)
        kept = {one.bot_token for one in chosen if one.is_installed and one.org_wide is org_wide}
        token = kept.pop() if len(kept) == 1 else None
        token = token or f"xoxb-{token_hex(16)}"
        for one in chosen:
            if one.bot_token and one.bot_token != token:
                self._former[one.bot_token] = one.token_error or "token_revoked"
            one.scopes = {*scopes, *(one.scopes if one.bot_token == token else ())}
            one.bot_token, one.token_error, one.org_wide = token, None, org_wide
            one.changes.notify()
        return token

    def remove(self, workspace: Workspace, error: str) -> None:
        """Let the token of the workspace's installation be answered with an error from now on."""
        for one in self.installation(workspace):
            one.token_error = error
            one.changes.notify()
