"""Bolt's application, which takes what the transport has checked."""

import logging

from slack_bolt.async_app import AsyncApp

from bot.app.slack import Slack, web_client
from bot.settings import Settings
from bot.slack.authorize import authorize_by
from handlers.transport.installed import OnlyInstalled
from handlers.transport.response_urls import OnlySlacks


def _concerns_us(record: logging.LogRecord) -> bool:
    # Bolt reads SLACK_BOT_TOKEN by itself, and warns of what is meant here.
    return "`token` will be unused" not in record.getMessage()


def slack_app(settings: Settings, slack: Slack) -> AsyncApp:
    """Return the application, to which no listener is added yet."""
    secrets = settings.signing_secrets
    # Without one, Bolt's loggers take the root's level, and at DEBUG they log whole payloads.
    logger = logging.getLogger("slack_bolt")
    logger.addFilter(_concerns_us)

    app = AsyncApp(
        # Without one, Bolt looks through the source of whatever calls it.
        name="ringback",
        logger=logger,
        client=web_client(settings.slack_api_url, slack.session),
        authorize=authorize_by(slack.workspaces),
        signing_secret=secrets[0].get_secret_value() if secrets else None,
        # The transport has checked the signature by then, before it parsed anything.
        request_verification_enabled=False,
        # Otherwise Bolt answers events 200 before their handler has run.
        process_before_response=True,
        # Otherwise Bolt quotes what nobody listens for, in a warning of several lines.
        raise_error_for_unhandled_request=True,
    )
    app.use(OnlySlacks(settings.slack_api_url, slack.session))
    app.use(OnlyInstalled())
    return app
