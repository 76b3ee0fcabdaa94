"""`ringback audit`: who did what since when, as CSV or JSON; no content of a call is in it."""

import csv
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, TextIO

from bot.core.audit import AuditEntry
from bot.settings import Settings
from bot.storage import migrations
from bot.storage.audit import AuditLog
from bot.storage.engine.database import Database

FORMATS: Final = ("csv", "json")
_FIELDS: Final = ("time", "workspace", "person", "act", "call", "rule")
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_SPAN: Final = re.compile(r"(\d{1,5})([mhdw])")
# So many rows are held in memory.
_PAGE: Final = 1_000


@dataclass(frozen=True)
class AuditRequest:
    """What is to be printed: of one person, or of everybody (None)."""

    since: datetime
    person: str | None
    format: str


def read_since(text: str, now: datetime) -> datetime:
    """Return the time that `7d`, `12h`, `30m`, `2w` or a date in ISO 8601 (UTC) mean.

    Raises `ValueError` for anything else.
    """
    if match := _SPAN.fullmatch(text.strip().lower()):
        return now - timedelta(**{_UNITS[match[2]]: int(match[1])})
    time = datetime.fromisoformat(text.strip())
    return time if time.tzinfo else time.replace(tzinfo=UTC)


async def print_audit(settings: Settings, wanted: AuditRequest, out: TextIO) -> None:
    """Write the record to `out`, the oldest act first; raises `SchemaError` and `StoreError`."""
    writer = _Csv(out) if wanted.format == "csv" else _Json(out)
    async with Database.open(settings.database_url.get_secret_value()) as database:
        await migrations.check(database.engine)
        audit = AuditLog(database)
        async for page in audit.pages(wanted.since, person=wanted.person, most=_PAGE):
            writer.write(page)
    writer.close()


def _values(entry: AuditEntry) -> tuple[str | None, ...]:
    return (
        entry.at.isoformat(timespec="milliseconds"),
        entry.team,
        entry.person,
        entry.act,
        str(entry.call) if entry.call else None,
        entry.rule,
    )


class _Csv:
    """Comma-separated values with a line of names."""

    def __init__(self, out: TextIO) -> None:
        self._writer = csv.writer(out, lineterminator="\n")
        self._writer.writerow(_FIELDS)

    def write(self, entries: Iterable[AuditEntry]) -> None:
        self._writer.writerows(map(_values, entries))

    def close(self) -> None:
        pass


class _Json:
    """One array of objects, a line each."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._before = "["

    def write(self, entries: Iterable[AuditEntry]) -> None:
        for entry in entries:
            values = dict(zip(_FIELDS, _values(entry), strict=True))
            self._out.write(f"{self._before}\n{json.dumps(values)}")
            self._before = ","

    def close(self) -> None:
        self._out.write("[]\n" if self._before == "[" else "\n]\n")
