"""The environment variables of Slack: who the bot is, and how Slack reaches it."""

import re
from typing import Final
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.core.addresses import is_loopback
from bot.settings.values import check_key, check_printable, checked_address, parts_of

# Whose OAuth is beside its Web API.
_SLACK_HOSTS: Final = {"slack.com", "slack-gov.com"}
_CLIENT_ID: Final = re.compile(r"[0-9]{1,40}\.[0-9]{1,40}")
SLASH_COMMAND: Final = re.compile(r"/[a-z0-9_-]{1,31}")


class SlackSettings(BaseSettings):
    """Slack's tokens and secrets, where its Web API is, and the command."""

    model_config = SettingsConfigDict(frozen=True)

    slack_client_id: str | None = Field(
        None,
        description="the app's client id: set it, and the secret, to let any number of workspaces "
        "install the bot",
    )
    slack_client_secret: SecretStr | None = Field(None, description="the app's client secret")
    slack_bot_token: SecretStr | None = Field(
        None, description="the bot token, xoxb-…; not used with SLACK_CLIENT_ID"
    )
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
    def has_many_workspaces(self) -> bool:
        """Whether the bot is installed by OAuth, each workspace having a token of its own."""
        return self.slack_client_id is not None

    @property
    def slack_authorize_url(self) -> str:
        """Where Slack asks people whether they let the bot in."""
        parts = urlsplit(self.slack_api_url)
        is_slacks = parts.hostname in _SLACK_HOSTS or is_loopback(parts.hostname)
        base = f"{parts.scheme}://{parts.netloc}" if is_slacks else "https://slack.com"
        return f"{base}/oauth/v2/authorize"

    @property
    def socket_mode(self) -> bool:
        """Whether Slack is reached by Socket Mode instead of HTTP."""
        return self.slack_app_token is not None

    @property
    def signing_secrets(self) -> tuple[SecretStr, ...]:
        """Slack's signing secrets: two while one is being replaced."""
        return tuple(SecretStr(part) for part in parts_of(self.slack_signing_secret))

    @property
    def sealing_secrets(self) -> tuple[SecretStr, ...]:
        """What seals are made with: every replica has it, and nobody else."""
        token = self.slack_bot_token
        return self.signing_secrets or ((token,) if token is not None else ())

    @field_validator("slack_client_id")
    @classmethod
    def _is_a_client_id(cls, value: str | None) -> str | None:
        if value is not None and not _CLIENT_ID.fullmatch(value):
            raise ValueError("is not a client id, such as 1234567890.1234567890")
        return value

    @field_validator("slack_client_secret")
    @classmethod
    def _comes_with_its_id(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is not None:
            check_key(value.get_secret_value())
        if (value is None) != (info.data.get("slack_client_id", value) is None):
            other = "SLACK_CLIENT_ID" if value is not None else "the client id"
            raise ValueError(f"goes with {other}: set both, or neither")
        return value

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def _is_not_mixed(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is not None and info.data.get("slack_client_id") is not None:
            raise ValueError("is not used with SLACK_CLIENT_ID: unset one of them")
        return value

    @field_validator("slack_bot_token")
    @classmethod
    def _is_there_for_one_workspace(
        cls, value: SecretStr | None, info: ValidationInfo
    ) -> SecretStr | None:
        if value is None and info.data.get("slack_client_id", "invalid") is None:
            raise ValueError("is missing: the bot token, xoxb-…")
        return value

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
        if value is None and info.data.get("slack_client_id") is not None:
            raise ValueError("is missing; set it")
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
