"""The environment variables of Slack: who the bot is, and how Slack reaches it."""

import re
from typing import Final

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.settings.values import check_key, check_printable, checked_address, parts_of

SLASH_COMMAND: Final = re.compile(r"/[a-z0-9_-]{1,31}")


class SlackSettings(BaseSettings):
    """Slack's tokens and secrets, where its Web API is, and the command."""

    model_config = SettingsConfigDict(frozen=True)

    slack_bot_token: SecretStr = Field(description="the bot token, xoxb-…")
    slack_app_token: SecretStr | None = Field(
        None, description="the app-level token, xapp-…: set it to use Socket Mode instead of HTTP"
    )
    slack_signing_secret: SecretStr | None = Field(
        None,
        description="Slack's signing secret, required in HTTP mode; two, comma-separated, "
        "while one is being replaced",
    )
    slack_api_url: str = Field("https://slack.com/api/", description="Slack's Web API")
    slack_command: str = Field(
        "/call", description="the slash command; where /call is taken or reserved, use /ringback"
    )

    @property
    def socket_mode(self) -> bool:
        """Whether Slack is reached by Socket Mode instead of HTTP."""
        return self.slack_app_token is not None

    @property
    def signing_secrets(self) -> tuple[SecretStr, ...]:
        """Slack's signing secrets: two while one is being replaced."""
        return tuple(SecretStr(part) for part in parts_of(self.slack_signing_secret))

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def _is_of_its_kind(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        prefix = {"slack_bot_token": "xoxb-", "slack_app_token": "xapp-"}[str(info.field_name)]
        if value is None:
            return None
        secret = value.get_secret_value()
        check_printable(secret)
        if not secret.startswith(prefix):
            raise ValueError(f"does not begin with {prefix}")
        return value

    @field_validator("slack_signing_secret")
    @classmethod
    def _are_signing_secrets(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        for secret in re.split(r"\s*,\s*", value.get_secret_value()):
            check_key(secret)
            if secret.startswith("ck_"):
                raise ValueError("holds a CallCow key, which belongs elsewhere")
        return value

    @field_validator("slack_signing_secret")
    @classmethod
    def _signs_in_http_mode(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        socket_mode = info.data.get("slack_app_token", "invalid") is not None
        if value is None and not socket_mode:
            raise ValueError("is missing; set it, or set SLACK_APP_TOKEN to use Socket Mode")
        if value is not None and not value.get_secret_value().strip(", "):
            raise ValueError("holds no secret")
        return value

    @field_validator("slack_command")
    @classmethod
    def _is_a_slash_command(cls, value: str) -> str:
        if not SLASH_COMMAND.fullmatch(value):
            raise ValueError("must be a slash and up to 31 of a-z, 0-9, - and _, such as /ringback")
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _is_the_api(cls, value: str) -> str:
        return checked_address(value) + "/"
