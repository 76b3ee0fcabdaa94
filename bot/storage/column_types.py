"""The types of the columns: a value that cannot be read comes back as `UNREADABLE`.

An error would keep every row beside it from being read.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, TypeVar

from pydantic import SecretStr
from sqlalchemy import JSON, Boolean, DateTime, Dialect, Float, Integer, Text, TypeDecorator, Uuid
from sqlalchemy.types import TypeEngine

from bot.core.reason import Reason
from bot.core.result import CallResult
from bot.core.retry_plan import RetryPlan

T = TypeVar("T")


class _Unreadable:
    """The only value of its class, in place of one that this version does not know."""

    def __repr__(self) -> str:
        return "UNREADABLE"


UNREADABLE: Final = _Unreadable()
# No time that is kept is before the one or from the other on.
EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(9000, 1, 1, tzinfo=UTC)


def readable(value: Any, otherwise: T) -> T:
    """Return the value of a column, or `otherwise` if it could not be read."""
    return otherwise if value is UNREADABLE else value


class _Lenient(TypeDecorator[Any]):
    """A type whose values stand alone: one that cannot be read spoils no other."""

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = Text
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Return how a value is read."""
        read = super().result_processor(dialect, coltype)
        if read is None:
            return None

        def read_leniently(value: Any) -> Any:
            try:
                return read(value)
            # Whatever is odd about it, the rows beside it are to be read.
            except Exception:  # noqa: BLE001
                return UNREADABLE

        return read_leniently


class AnyText(_Lenient):
    """A text from anywhere: what no database takes in one is replaced before it is kept."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the text without NUL and halves of characters."""
        if value is None or (value.isascii() and "\0" not in value):
            return value
        return value.encode(errors="replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        """Return the text; raise `TypeError` for bytes or a number, which SQLite would return."""
        if value is not None and not isinstance(value, str):
            raise TypeError("not a text")
        return value


class Utc(_Lenient):
    """A time in UTC; SQLite keeps it without its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the time as it is kept."""
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the time as it is meant: in UTC; raise an exception for what is none of ours."""
        time = value and (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)
        # With any other, the first sum of times would fail.
        if time is not None and not EARLIEST <= time < LATEST:
            raise ValueError("not a time of ours")
        return time


class Secret(_Lenient):
    """A text that no log and no `repr` may show."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: SecretStr | None, dialect: Dialect) -> str | None:
        """Return the text."""
        return None if value is None else value.get_secret_value()

    def process_result_value(self, value: Any, dialect: Dialect) -> SecretStr | None:
        """Return the text, hidden; raise `TypeError` for anything else."""
        if value is not None and not isinstance(value, str):
            raise TypeError("not a text")
        return None if value is None else SecretStr(value)


class EnumType(_Lenient):
    """A member of an enumeration of words, kept as its word."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the word."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        """Return the member; raise `ValueError` for a word of another version."""
        return None if value is None else self.kind(value)


class Identifier(_Lenient):
    """A UUID."""

    impl = Uuid
    cache_ok = True


class Number(_Lenient):
    """A whole number: SQLite would keep and return anything in its column."""

    impl = Integer
    cache_ok = True

    def process_result_value(self, value: int | None, dialect: Dialect) -> int | None:
        """Return the number; raise `TypeError` for anything else."""
        if value is not None and not isinstance(value, int):
            raise TypeError("not a number")
        return value


class Flag(_Lenient):
    """Yes or no."""

    impl = Boolean
    cache_ok = True


class Timestamp(_Lenient):
    """Seconds since 1970 by the database's clock."""

    impl = Float(53)
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> float:
        """Return the number; raise an exception for any other value."""
        return float(value)


class JsonObject(_Lenient):
    """A JSON object."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_result_value(
        self, value: dict[str, Any] | None, dialect: Dialect
    ) -> dict[str, Any] | None:
        """Return the object; raise `TypeError` for any other JSON."""
        if value is not None and not isinstance(value, dict):
            raise TypeError("not an object")
        return value


class ReasonType(_Lenient):
    """A reason, kept as a JSON object."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Reason | None, dialect: Dialect) -> dict[str, Any] | None:
        """Return the object."""
        return None if value is None else value.to_json()

    def process_result_value(self, value: Any, dialect: Dialect) -> Reason | None:
        """Return the reason, also one of a kind that another version knows."""
        return None if value is None else Reason.from_json(value)


class ResultType(_Lenient):
    """A normalized result, kept as a JSON object."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(
        self, value: CallResult | None, dialect: Dialect
    ) -> dict[str, Any] | None:
        """Return the object."""
        return None if value is None else value.to_json()

    def process_result_value(self, value: Any, dialect: Dialect) -> CallResult | None:
        """Return the result; None for one of another version, since the raw one is kept."""
        try:
            return None if value is None else CallResult.from_json(value)
        except (KeyError, TypeError):
            return None


class PlanType(_Lenient):
    """A plan for when nobody answers, kept as a JSON object."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: RetryPlan | None, dialect: Dialect) -> Any:
        """Return the object."""
        return None if value is None else value.to_json()

    def process_result_value(self, value: Any, dialect: Dialect) -> RetryPlan | None:
        """Return the plan; raise an exception for anything else."""
        return None if value is None else RetryPlan.from_json(value)
