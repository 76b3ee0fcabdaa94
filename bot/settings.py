"""Every environment variable: its type, its default and one line on what it means."""

import ipaddress
import os
import re
from collections.abc import Mapping
from functools import cached_property
from importlib.util import find_spec
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

import phonenumbers
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from sqlalchemy.engine import make_url

from bot.core.addresses import is_loopback, pasted_by_mistake
from bot.core.errors import InvalidSettings
from bot.core.policy.policy import Policy
from bot.policy_settings import PolicySettings
from bot.settings_sources import SecretFiles, Tidied, in_file, tidied
from bot.storage.encryption.sealing import is_key
from bot.storage.engine.address import read_address

# An idempotency key lives 5 minutes at CallCow; a dial is repeated for 4 of them.
MAX_DIAL_RETRY_AFTER = 230.0
SLASH_COMMAND = re.compile(r"/[a-z0-9_-]{1,31}")
_ADDRESS = re.compile(r"https?://[!-~]+")
# Slack's tokens of every kind, none of which is a signing secret or a key.
_TOKENS = ("xoxb-", "xoxp-", "xoxe-", "xoxe.", "xapp-")
_PRIVATE = {"internal", "local", "localhost"}
DAY = 24 * 60 * 60
# What people write for a country whose code is another.
_REGIONS_MEANT = {
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
DATABASES = {"sqlite+aiosqlite": "aiosqlite", "postgresql+asyncpg": "asyncpg"}


class Settings(PolicySettings):
    """The settings, from the environment, from `.env` and from SECRETS_DIR, in this order.

    Fields that a check needs come before the field whose check needs them, so that one reading
    reports every problem at once.
    """

    model_config = SettingsConfigDict(
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        validate_default=True,
    )

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
    callcow_api_key: SecretStr = Field(description="the CallCow key, ck_live_…")
    callcow_base_url: str = Field("https://www.callcow.ai/api", description="CallCow's API")
    callcow_status_path: str = Field(
        "/calls/{call_id}", description="where a call's status is polled: an assumption"
    )
    callcow_rate_per_minute: int = Field(
        60, ge=1, description="requests a minute that CallCow allows for one key"
    )
    public_url: str | None = Field(
        None, description="where CallCow reaches this bot; without it results are polled for"
    )
    database_url: SecretStr = Field(
        SecretStr("sqlite+aiosqlite:///ringback.db"),
        description="the database: sqlite+aiosqlite:///FILE or postgresql://…",
    )
    encryption_keys: SecretStr | None = Field(
        None,
        description="keys for secrets at rest, comma-separated, the newest first; "
        "`ringback new-key` prints one",
    )
    migrate_at_start: bool = Field(
        True, description="whether a start updates the schema; false: only `ringback migrate` does"
    )
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
    poll_after: float = Field(
        120, gt=0, le=DAY, description="seconds after dialing until CallCow is first polled"
    )
    result_timeout: float = Field(
        7200, gt=0, le=30 * DAY, description="seconds after dialing until a result is given up"
    )
    lease: float = Field(
        60,
        ge=2,
        le=3600,
        description="seconds one step of a call may take; a request ends in half of it",
    )
    dial_retry_after: float = Field(
        60,
        gt=0,
        le=MAX_DIAL_RETRY_AFTER,
        description="seconds after an unanswered dial until it is repeated",
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
            _secrets_folder()
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidSettings([f".env: cannot be read ({type(error).__name__})"]) from None
        try:
            return cls()
        except ValidationError as error:
            raise InvalidSettings([_line(problem) for problem in error.errors()]) from None
        except (OSError, UnicodeDecodeError) as error:
            problem = f"SECRETS_DIR: cannot be read ({type(error).__name__})"
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
        folder = _secrets_folder()
        return (
            init_settings,
            Tidied(settings_cls, env_settings),
            Tidied(settings_cls, dotenv_settings),
            *([SecretFiles(settings_cls, folder)] if folder else []),
        )

    @property
    def socket_mode(self) -> bool:
        """Whether Slack is reached by Socket Mode instead of HTTP."""
        return self.slack_app_token is not None

    @property
    def signing_secrets(self) -> tuple[SecretStr, ...]:
        """Slack's signing secrets: two while one is being replaced."""
        given = self.slack_signing_secret
        parts = given.get_secret_value().split(",") if given else ()
        return tuple(SecretStr(part.strip()) for part in parts if part.strip())

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys for secrets at rest, the newest first."""
        given = self.encryption_keys
        parts = given.get_secret_value().split(",") if given else ()
        return tuple(part.strip() for part in parts if part.strip())

    @property
    def secrets(self) -> list[str]:
        """Every value that is never to be shown."""
        tokens = (self.slack_bot_token, self.slack_app_token, self.callcow_api_key)
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
    def policy(self) -> Policy:
        """Whom one may call, when and how often."""
        return self.policy_for(self.admins)

    @property
    def request_timeout(self) -> float:
        """Seconds after which an outgoing request is given up: at most half a lease."""
        return min(self.lease / 2, 30.0)

    @field_validator(
        "slack_bot_token", "slack_app_token", "slack_signing_secret", "callcow_api_key"
    )
    @classmethod
    def _is_of_its_kind(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        prefix = {"slack_bot_token": "xoxb-", "slack_app_token": "xapp-"}.get(
            str(info.field_name), ""
        )
        if value is None:
            return None
        secret = value.get_secret_value()
        if info.field_name == "slack_signing_secret":
            secret = re.sub(r"\s*,\s*", ",", secret)
        if not secret.isascii() or not secret.isprintable() or " " in secret:
            raise ValueError("holds a character that no such secret has")
        if not secret.startswith(prefix):
            raise ValueError(f"does not begin with {prefix}")
        if not prefix and any(one.startswith(_TOKENS) for one in secret.split(",")):
            raise ValueError("holds a Slack token, which belongs elsewhere")
        if info.field_name == "slack_signing_secret" and secret.startswith("ck_"):
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

    @field_validator("slack_api_url", "callcow_base_url", "public_url")
    @classmethod
    def _is_an_address(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None:
            return None
        if not _ADDRESS.fullmatch(value):
            raise ValueError("is not an address such as https://example.com")
        parts = urlsplit(value)
        if parts.username is not None or parts.port == 0:
            raise ValueError("must name a host and nothing before it, and a port that exists")
        if mistake := pasted_by_mistake(value):
            raise ValueError(mistake)
        if parts.query or parts.fragment:
            raise ValueError("must end with a path, without ? and #")
        if parts.scheme != "https" and not _may_be_plain(info.field_name, parts.hostname):
            raise ValueError("must begin with https:// unless it is on this machine")
        address = value.rstrip("/")
        return address + "/" if info.field_name == "slack_api_url" else address

    @field_validator("public_url")
    @classmethod
    def _is_public(cls, value: str | None, info: ValidationInfo) -> str | None:
        callcow = info.data.get("callcow_base_url")
        if value is None or callcow is None or is_loopback(urlsplit(callcow).hostname):
            return value
        parts = urlsplit(value)
        if parts.scheme != "https":
            raise ValueError("must begin with https://, as CallCow asks")
        if not _is_public_host(parts.hostname):
            raise ValueError("is a private address, which CallCow cannot reach")
        return value

    @field_validator("callcow_status_path")
    @classmethod
    def _names_the_call(cls, value: str) -> str:
        if not value.startswith("/") or value.count("{call_id}") != 1:
            raise ValueError("must begin with / and hold {call_id} once")
        if set("{}") & set(value.replace("{call_id}", "")):
            raise ValueError("may hold no braces but those of {call_id}")
        return value

    @field_validator("database_url")
    @classmethod
    def _has_a_driver(cls, value: SecretStr) -> SecretStr:
        url = read_address(value.get_secret_value())
        if url.drivername not in DATABASES:
            raise ValueError("must begin with sqlite+aiosqlite:///, postgresql:// or postgres://")
        if url.drivername.startswith("sqlite") and url.database in {None, "", ":memory:"}:
            raise ValueError("must name a file: calls in memory are lost")
        if find_spec(DATABASES[url.drivername]) is None:
            raise ValueError("needs the extra postgres: pip install '.[postgres]'")
        return value

    @field_validator("encryption_keys")
    @classmethod
    def _are_keys(cls, value: SecretStr | None) -> SecretStr | None:
        given = re.split(r"\s*,\s*", value.get_secret_value()) if value is not None else ()
        if not all(map(is_key, given)):
            raise ValueError("must be keys as `ringback new-key` prints them, comma-separated")
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


def _may_be_plain(name: str | None, host: str | None) -> bool:
    # The public address is judged by CallCow's, below.
    return name == "public_url" or is_loopback(host)


class _Given(Settings):
    """Settings that come from nowhere but the program."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return the program's own values alone."""
        return (init_settings,)


def _secrets_folder() -> str | None:
    """Return SECRETS_DIR, which says where to read and so is read before all else."""
    name = "SECRETS_DIR"
    given = {name: os.environ.get(name) or in_file(".env", name)}
    return tidied(given).get(name)


def wants_json() -> bool:
    """Return whether LOG_FORMAT asks for JSON, also where the settings cannot be used."""
    name = "LOG_FORMAT"
    try:
        given = {name: os.environ.get(name) or in_file(".env", name)}
    except (OSError, ValueError):
        # A `.env` that cannot be read, which is one of the problems that are told.
        return False
    return str(tidied(given).get(name, "")).lower() == "json"


def _is_public_host(host: str | None) -> bool:
    try:
        return ipaddress.ip_address(host or "").is_global
    except ValueError:
        labels = (host or "").rstrip(".").split(".")
        return len(labels) > 1 and not labels[-1].isdecimal() and labels[-1] not in _PRIVATE


def _line(problem: ErrorDetails) -> str:
    name = str(problem["loc"][0]).upper()
    if problem["type"] == "missing":
        return f"{name}: is missing: {Settings.model_fields[name.lower()].description}"
    message = problem["msg"].removeprefix("Value error, ")
    return f"{name}: {message[0].lower()}{message[1:]}"
