"""The environment variables of CallCow: where it is, where it reaches the bot, how it is asked."""

import ipaddress
from typing import Final
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.core.addresses import is_loopback
from bot.settings.values import DAY, check_key, checked_address

# An idempotency key lives 5 minutes at CallCow; a dial is repeated for 4 of them.
_MAX_DIAL_RETRY_AFTER: Final = 230.0
_KEY: Final = "the CallCow key, ck_live_…"
_PRIVATE: Final = {"internal", "local", "localhost"}


class CallCowSettings(BaseSettings):
    """CallCow's key and addresses, and how long its answers and results are waited for."""

    model_config = SettingsConfigDict(frozen=True)

    callcow_api_key: SecretStr | None = Field(None, description=_KEY)
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
    poll_after: float = Field(
        120, gt=0, le=DAY, description="seconds after dialing until CallCow is first polled"
    )
    result_timeout: float = Field(
        7200, gt=0, le=30 * DAY, description="seconds after dialing until a result is given up"
    )
    dial_retry_after: float = Field(
        60,
        gt=0,
        le=_MAX_DIAL_RETRY_AFTER,
        description="seconds after an unanswered dial until it is repeated",
    )

    @field_validator("callcow_api_key")
    @classmethod
    def _is_a_key(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is not None:
            check_key(value.get_secret_value())
        elif info.data.get("slack_client_id") is None:
            # Many workspaces may each have their own.
            raise ValueError(f"is missing: {_KEY}")
        return value

    @field_validator("callcow_base_url")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        return checked_address(value)

    @field_validator("public_url")
    @classmethod
    def _is_public(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None:
            return None
        # Whether it may be plain is judged by CallCow's address.
        address = checked_address(value, may_be_plain=True)
        callcow = info.data.get("callcow_base_url")
        if callcow is None or is_loopback(urlsplit(callcow).hostname):
            return address
        parts = urlsplit(address)
        if parts.scheme != "https":
            raise ValueError("must begin with https://, as CallCow asks")
        if not _is_public_host(parts.hostname):
            raise ValueError("is a private address, which CallCow cannot reach")
        return address

    @field_validator("callcow_status_path")
    @classmethod
    def _names_the_call(cls, value: str) -> str:
        if not value.startswith("/") or value.count("{call_id}") != 1:
            raise ValueError("must begin with / and hold {call_id} once")
        if set("{}") & set(value.replace("{call_id}", "")):
            raise ValueError("may hold no braces but those of {call_id}")
        return value


def _is_public_host(host: str | None) -> bool:
    try:
        return ipaddress.ip_address(host or "").is_global
    except ValueError:
        labels = (host or "").rstrip(".").split(".")
        return len(labels) > 1 and not labels[-1].isdecimal() and labels[-1] not in _PRIVATE
