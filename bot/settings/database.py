"""The environment variables of the database, and of what is encrypted in it."""

import re
from importlib.util import find_spec
from typing import Final

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.settings.values import parts_of
from bot.storage.encryption.sealing import is_key
from bot.storage.engine.address import read_address

_DRIVERS: Final = {"sqlite+aiosqlite": "aiosqlite", "postgresql+asyncpg": "asyncpg"}


class DatabaseSettings(BaseSettings):
    """Where the database is, and the keys for what is encrypted in it."""

    model_config = SettingsConfigDict(frozen=True)

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

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys for secrets at rest, the newest first."""
        return parts_of(self.encryption_keys)

    @field_validator("database_url")
    @classmethod
    def _has_a_driver(cls, value: SecretStr) -> SecretStr:
        url = read_address(value.get_secret_value())
        if url.drivername not in _DRIVERS:
            raise ValueError("must begin with sqlite+aiosqlite:///, postgresql:// or postgres://")
        if url.drivername.startswith("sqlite") and url.database in {None, "", ":memory:"}:
            raise ValueError("must name a file: calls in memory are lost")
        if find_spec(_DRIVERS[url.drivername]) is None:
            raise ValueError("needs the extra postgres: pip install '.[postgres]'")
        return value

    @field_validator("encryption_keys")
    @classmethod
    def _are_keys(cls, value: SecretStr | None) -> SecretStr | None:
        given = re.split(r"\s*,\s*", value.get_secret_value()) if value is not None else ()
        if not all(map(is_key, given)):
            raise ValueError("must be keys as `ringback new-key` prints them, comma-separated")
        return value
