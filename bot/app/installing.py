"""How the bot is installed in more workspaces."""

from contextlib import AsyncExitStack

from pydantic import SecretStr

from bot.app.slack import Slack, web_client
from bot.app.storage import Storage
from bot.manifest import INSTALL_PATH, scopes
from bot.settings import Settings
from bot.slack.installation_notices import InstallationNotices
from bot.slack.installed_workspaces import InstalledWorkspaces
from bot.slack.oauth import installing
from handlers.transport import install


async def install_pages(
    settings: Settings,
    storage: Storage,
    slack: Slack,
    installed: InstalledWorkspaces,
    stack: AsyncExitStack,
) -> install.Pages:
    """Return the pages by which workspaces install the bot; the settings name all they need."""
    public_url = settings.public_url or ""
    notices = await stack.enter_async_context(
        InstallationNotices(
            storage.installations,
            slack.connect,
            command=settings.slack_command,
            install_url=public_url + INSTALL_PATH,
        )
    )
    installed.on_notice = notices.wake

    def changed(team: str) -> None:
        installed.forget(team)
        notices.wake()

    return installing(
        storage.installations,
        client=web_client(settings.slack_api_url, slack.session),
        client_id=settings.slack_client_id or "",
        client_secret=settings.slack_client_secret or SecretStr(""),
        authorize_url=settings.slack_authorize_url,
        public_url=public_url,
        scopes=scopes(),
        connect=slack.connect,
        installed=changed,
    ).pages
