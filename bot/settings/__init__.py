"""Every environment variable: its type, its default and one line on what it means."""

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final, Literal, Self

import phonenumbers
from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from sqlalchemy.engine import make_url

from bot.core.errors import InvalidSettings
from bot.core.workspace_settings import WorkspaceSettings
from bot.settings.callcow import CallCowSettings
from bot.settings.database import DatabaseSettings
from bot.settings.policy import PolicySettings
from bot.settings.slack import SlackSettings
from bot.settings.sources import SecretFiles, Tidied, secrets_folder, tidied, unreadable_lines

# What people write for a country whose code is another.
_REGIONS_MEANT: Final = {
    "UK": "GB",
    "EN": "GB",
    "ENG": "GB",
    "GBR": "GB",
    "USA": "US",
    "CAN": "CA",
    "AUS": "AU",
    "DEU": "DE",
    "GER": "DE",
    "FRA": "FR",
    "ESP": "ES",
    "ITA": "IT",
    "EL": "GR",
    "JAP": "JP",
    "JPN": "JP",
}

# Why it takes a setting to serve many workspaces.
_NEEDED: Final = {
    "public_url": "Slack leads people back to it",
    "encryption_keys": "each workspace's token is kept encrypted; `ringback new-key` prints a key",
}


class Settings(DatabaseSettings, CallCowSettings, PolicySettings, SlackSettings):
    """The settings, from the environment, from `.env` and from SECRETS_DIR, in this order.

    Fields that a check needs come before the field whose check needs them, so that one reading
    reports every problem at once. Checks of two groups that had the same name would be one.
    """

    model_config = SettingsConfigDict(
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        validate_default=True,
    )

    # Whether they come from the program alone.
    _is_given: ClassVar[bool] = False

    default_region: str = Field("US", description="the country of numbers typed without +")
    host: str | None = Field(
        None,
        description="the address to listen on; 0.0.0.0 in HTTP mode or with PUBLIC_URL, "
        "else 127.0.0.1",
    )
    port: Annotated[int, Field(ge=0, le=65535)] = Field(3000, description="the port to listen on")
    admin_host: str = Field("127.0.0.1", description="where /status and /metrics are served")
    admin_port: Annotated[int, Field(ge=0, le=65535)] | None = Field(
        None, description="the port of /status and /metrics; unset: they are served nowhere"
    )
    lease: float = Field(
        60,
        ge=2,
        le=3600,
        description="seconds one step of a call may take; a request ends in half of it",
    )
    drain_seconds: float = Field(
        0,
        ge=0,
        le=600,
        description="seconds that /readyz answers 503 on SIGTERM while everything else goes on",
    )
    secrets_dir: str | None = Field(
        None, description="a folder with a file for each setting, such as SLACK_BOT_TOKEN"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="how much is logged: DEBUG, INFO, WARNING or ERROR"
    )
    log_format: Literal["console", "json"] = Field(
        "console", description="how it is logged: console or json"
    )

    @classmethod
    def load(cls) -> Self:
        """Return the settings; raise `InvalidSettings` with every problem in them."""
        try:
            secrets_folder()
        except UnicodeDecodeError:
            raise InvalidSettings([".env: is not text in UTF-8: save it as that"]) from None
        except OSError as error:
            raise InvalidSettings([f".env: cannot be read ({type(error).__name__})"]) from None
        try:
            return cls()
        except ValidationError as error:
            lines = [f".env: line {line} cannot be read" for line in unreadable_lines()]
            if Path(".env").is_dir():
                # Docker makes one where a file is to be mounted that is not there.
                lines = [".env: is a folder, and was to be a file"]
            problems = [_line(problem) for problem in error.errors()]
            raise InvalidSettings([*lines, *problems]) from None
        except OSError as error:
            problem = f"SECRETS_DIR: {error.filename} cannot be read ({error.strerror})"
            raise InvalidSettings([problem]) from None

    @classmethod
    def given(cls, values: Mapping[str, Any]) -> "Settings":
        """Return settings with these values, whatever the environment says."""
        return _Given.model_validate(tidied(dict(values)))

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return where the settings come from, the first first."""
        if cls._is_given:
            return (init_settings,)
        folder = secrets_folder()
        return (
            init_settings,
            Tidied(settings_cls, env_settings),
            Tidied(settings_cls, dotenv_settings),
            *([SecretFiles(settings_cls, folder)] if folder else []),
        )

    @property
    def secrets(self) -> list[str]:
        """Every value that is never to be shown."""
        tokens = (
            self.slack_bot_token,
            self.slack_app_token,
            self.slack_client_secret,
            self.callcow_api_key,
        )
        given = [secret for secret in (*tokens, *self.signing_secrets) if secret is not None]
        password = make_url(self.database_url.get_secret_value()).password
        return [
            *(secret.get_secret_value() for secret in given),
            *([str(password)] if password else []),
            *self.keys,
        ]

    @property
    def listen_host(self) -> str:
        """The address to listen on: for all where somebody has to reach it."""
        if self.host is not None:
            return self.host
        is_reached = not self.socket_mode or self.public_url is not None
        return "0.0.0.0" if is_reached else "127.0.0.1"  # noqa: S104

    @property
    def admins(self) -> frozenset[str]:
        """The ids of those who may do to anybody's call what its requester may."""
        return frozenset(filter(None, re.split(r"[\s,]+", self.admin_users)))

    @cached_property
    def of_operator(self) -> WorkspaceSettings:
        """What holds in every workspace, as far as none sets more for itself."""
        return WorkspaceSettings(
            region=self.default_region,
            admins=self.admins,
            policy=self.policy,
            house_rules=self.house_rules,
            approval_channel=self.approval_channel,
            retention_days=self.retention_days,
            callcow_key=self.callcow_api_key,
        )

    @property
    def request_timeout(self) -> float:
        """Seconds after which an outgoing request is given up: at most half a lease."""
        return min(self.lease / 2, 30.0)

    @field_validator("public_url", "encryption_keys")
    @classmethod
    def _is_there_for_many_workspaces(cls, value: Any, info: ValidationInfo) -> Any:
        if value is None and info.data.get("slack_client_id") is not None:
            raise ValueError(f"is missing: with SLACK_CLIENT_ID, {_NEEDED[str(info.field_name)]}")
        return value

    @field_validator("log_level", "log_format", mode="before")
    @classmethod
    def _is_a_word(cls, value: str, info: ValidationInfo) -> str:
        if info.field_name != "log_level":
            return value.lower()
        return {"WARN": "WARNING"}.get(value.upper(), value.upper())

    @field_validator("default_region")
    @classmethod
    def _is_a_region(cls, value: str) -> str:
        region = value.upper()
        if region in _REGIONS_MEANT:
            raise ValueError(f"is not a country code of two letters: use {_REGIONS_MEANT[region]}")
        if region not in phonenumbers.SUPPORTED_REGIONS:
            raise ValueError("is not a country code of two letters, such as US or DE")
        return region


class _Given(Settings):
    """Settings that come from nowhere but the program."""

    _is_given = True


def _line(problem: ErrorDetails) -> str:
    name = str(problem["loc"][0]).upper()
    if problem["type"] == "missing":
        return f"{name}: is missing: {Settings.model_fields[name.lower()].description}"
    message = problem["msg"].removeprefix("Value error, ")
    return f"{name}: {message[0].lower()}{message[1:]}"
