"""The calls table, on SQLite or PostgreSQL: its columns follow the fields of `Call`."""

import types
from datetime import UTC, datetime
from typing import Any, Final, get_args, get_type_hints
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    Uuid,
)
from sqlalchemy.types import TypeEngine

from bot.core.call import Call, EndReason, IfUnanswered, State

metadata = MetaData()


class Utc(TypeDecorator[datetime]):
    """A time in UTC; SQLite keeps it without its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the time as it is kept."""
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the time as it is meant: in UTC."""
        return value and (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)


class _Secret(TypeDecorator[SecretStr]):
    """A text that no log and no `repr` may show."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: SecretStr | None, dialect: Dialect) -> str | None:
        return None if value is None else value.get_secret_value()

    def process_result_value(self, value: str | None, dialect: Dialect) -> SecretStr | None:
        return None if value is None else SecretStr(value)


class _EnumType(TypeDecorator[Any]):
    """A member of an enumeration of words, kept as its word."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[State] | type[EndReason] | type[IfUnanswered]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else self.kind(value)


_TYPES: Final[dict[Any, TypeEngine[Any]]] = {
    UUID: Uuid(),
    str: Text(),
    int: Integer(),
    datetime: Utc(),
    SecretStr: _Secret(),
    State: _EnumType(State),
    EndReason: _EnumType(EndReason),
    IfUnanswered: _EnumType(IfUnanswered),
    dict[str, Any]: JSON(none_as_null=True),
}


def _column(name: str, hint: Any) -> Column[Any]:
    optional = isinstance(hint, types.UnionType)
    kind = get_args(hint)[0] if optional else hint
    return Column(
        name,
        _TYPES[kind],
        nullable=optional,
        primary_key=name == "id",
        unique=name == "request_key",
    )


# The fields are defined once, in `Call`: the table follows it.
calls = Table(
    "calls", metadata, *(_column(name, hint) for name, hint in get_type_hints(Call).items())
)


def _index(name: str, *columns: Column[Any], only: ColumnElement[bool] | None = None) -> None:
    """Make an index of the rows for which `only` holds."""
    Index(name, *columns, postgresql_where=only, sqlite_where=only)


_is_left: Final = calls.c.due_at.is_not(None)
# Only what is left to do is due, so this stays small however many calls there were.
_index("calls_due", calls.c.due_at, calls.c.state, only=_is_left)
_index("calls_left_of_requester", calls.c.requester, calls.c.dial_at, only=_is_left)
_index("calls_of_requester", calls.c.requester, calls.c.requested_at)
_index("calls_after", calls.c.previous, only=calls.c.previous.is_not(None))
