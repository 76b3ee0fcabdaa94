"""Where settings come from: values as people and hosts write them, brought into one form."""

import errno
import logging
import os
from pathlib import Path
from typing import Any, Final

from dotenv import dotenv_values
from dotenv.parser import parse_stream
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

# `docker --env-file` and systemd keep the quotes that a shell would take away.
_QUOTES: Final = {'"': '"', "'": "'", "“": "”", "‘": "’", "`": "`"}
_FILE_MAX: Final = 64 * 1024

# It would log each line that it cannot read, each time; `unreadable_lines` tells of them.
logging.getLogger("dotenv").setLevel(logging.ERROR)


class Tidied(PydanticBaseSettingsSource):
    """Another source without the quotes and blanks around its values; empty ones count as unset."""

    def __init__(
        self, settings_cls: type[BaseSettings], source: PydanticBaseSettingsSource
    ) -> None:
        super().__init__(settings_cls)
        self._source = source

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return what the other source has for a field."""
        return self._source.get_field_value(field, field_name)

    def __call__(self) -> dict[str, Any]:
        """Return the values."""
        return tidied(self._source())


class SecretFiles(PydanticBaseSettingsSource):
    """A folder with a file for each setting, named as it is, as Docker and Kubernetes mount them.

    Raises `OSError` with the file's path for one that cannot be read.
    """

    def __init__(self, settings_cls: type[BaseSettings], folder: str) -> None:
        super().__init__(settings_cls)
        self._folder = Path(folder)

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return what stands in the file of that name."""
        for path in self._files():
            if path.name.lower() == field_name:
                return _read(path), field_name, False
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        """Return the values."""
        fields = self.settings_cls.model_fields
        found = {name: self.get_field_value(field, name)[0] for name, field in fields.items()}
        return tidied(found)

    def _files(self) -> list[Path]:
        return sorted(path for path in self._folder.iterdir() if path.is_file())


def _read(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(_FILE_MAX)
    except UnicodeDecodeError:
        raise OSError(errno.EILSEQ, "not text in UTF-8", str(path)) from None


def tidied(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values without quotes and blanks around them, and without the empty ones."""
    plain = {name: _tidied(value) for name, value in values.items()}
    return {name: value for name, value in plain.items() if value not in (None, "")}


def _tidied(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    value = value.strip().strip("\ufeff\u200b").strip()
    if len(value) > 1 and _QUOTES.get(value[0]) == value[-1]:
        return value[1:-1].strip()
    return value


def in_file(path: str, name: str) -> str | None:
    """Return one value of a `.env`."""
    values = dotenv_values(path, encoding="utf-8")
    found = {key.upper(): value for key, value in values.items()}
    return found.get(name)


def unreadable_lines(path: str = ".env") -> list[int]:
    """Return the lines of a `.env` that cannot be read, where there is one that can be opened."""
    try:
        with Path(path).open(encoding="utf-8") as file:
            return [each.original.line for each in parse_stream(file) if each.error]
    except (OSError, UnicodeDecodeError):
        return []


def secrets_folder() -> str | None:
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
