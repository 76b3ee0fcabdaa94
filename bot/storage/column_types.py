"""The types of the columns: a value that cannot be read comes back as `UNREADABLE`."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, TypeVar
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy import JSON, Boolean, DateTime, Dialect, Float, Integer, Text, Uuid

from bot.core.calls.reason import Reason
from bot.core.calls.result import CallResult
from bot.core.calls.retry_plan import RetryPlan
from bot.storage.encryption.sealing import Sealing
from bot.storage.lenient import UNREADABLE, Lenient, UnreadableValue

T = TypeVar("T")


# No time that is kept is before the one or from the other on.
EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(9000, 1, 1, tzinfo=UTC)


def readable(value: Any, otherwise: T) -> T:
    """Return the value of a column, or `otherwise` if it could not be read."""
    return otherwise if isinstance(value, UnreadableValue) else value


def _text(value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise TypeError("not a text")
    return value


class AnyText(Lenient):
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
        return _text(value)


class Utc(Lenient):
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


class Secret(Lenient):
    """A text that no log and no `repr` may show."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: SecretStr | None, dialect: Dialect) -> str | None:
        """Return the text."""
        return None if value is None else value.get_secret_value()

    def process_result_value(self, value: Any, dialect: Dialect) -> SecretStr | None:
        """Return the text, hidden; raise `TypeError` for anything else."""
        text = _text(value)
        return None if text is None else SecretStr(text)


class AlwaysSealed(Secret):
    """A secret that is only ever kept encrypted: no version before this one reads its table."""

    cache_ok = True

    def __init__(self) -> None:
        super().__init__(sealed=True)

    def seal(self, written: Any, sealing: Sealing) -> Any:
        """Return the text encrypted; raise `ValueError` if there is no key to encrypt it with."""
        return sealing.seal(written) if written else written


class EnumType(Lenient):
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


class Identifier(Lenient):
    """A UUID."""

    impl = Uuid
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Return how a value is read: one of another spelling would be found by no statement."""
        read = super().result_processor(dialect, coltype)
        if dialect.name != "sqlite" or read is None:
            return read

        def read_if_found(value: Any) -> Any:
            found = read(value)
            return UNREADABLE if isinstance(found, UUID) and found.hex != value else found

        return read_if_found


class Number(Lenient):
    """A whole number: SQLite would keep and return anything in its column."""

    impl = Integer
    cache_ok = True

    def process_result_value(self, value: int | None, dialect: Dialect) -> int | None:
        """Return the number; raise `TypeError` for anything else."""
        if value is not None and not isinstance(value, int):
            raise TypeError("not a number")
        return value


class Flag(Lenient):
    """Yes or no."""

    impl = Boolean
    cache_ok = True


class Timestamp(Lenient):
    """Seconds since 1970 by the database's clock."""

    impl = Float(53)
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> float:
        """Return the number; raise an exception for any other value."""
        return float(value)


class JsonObject(Lenient):
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


class ReasonType(Lenient):
    """A reason, kept as a JSON object."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Reason | None, dialect: Dialect) -> dict[str, Any] | None:
        """Return the object."""
        return None if value is None else value.to_json()

    def process_result_value(self, value: Any, dialect: Dialect) -> Reason | None:
        """Return the reason, also one of a kind that another version knows."""
        return None if value is None else Reason.from_json(value)


class ResultType(Lenient):
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


class PlanType(Lenient):
    """A plan for when nobody answers, kept as a JSON object.

    One that is `sealed` is no secret: where others of its row are encrypted, it is written so that
    a version that cannot read them takes the row for a newer version's, and leaves it alone.
    """

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: RetryPlan | None, dialect: Dialect) -> Any:
        """Return the object."""
        return None if value is None else value.to_json()

    def seal(self, written: Any, sealing: Sealing) -> Any:
        """Return the object as a string that holds it, or as it is."""
        return json.dumps(written) if written and sealing.is_writing else written

    def process_result_value(self, value: Any, dialect: Dialect) -> RetryPlan | None:
        """Return the plan; raise an exception for anything else."""
        if isinstance(value, str):
            return _plan_in(value)
        return None if value is None else RetryPlan.from_json(value)


@lru_cache(maxsize=1000)
def _plan_in(text: str) -> RetryPlan:
    return RetryPlan.from_json(json.loads(text))


class _Number(Lenient):
    """A phone number, encrypted or not."""

    impl = Text
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(sealed=True)

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the number."""
        return value

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        """Return the number; raise `TypeError` for bytes, which SQLite would return."""
        return _text(value)


class NumberKey(_Number):
    """A phone number by which rows are looked up: as it is, or what stands for it."""

    cache_ok = True

    def seal(self, written: Any, sealing: Sealing) -> Any:
        """Return what stands for the number, or the number."""
        return sealing.index(written) if written and sealing.is_writing else written


class NumberContent(_Number):
    """The encrypted number beside what stands for it; nothing where that is the number itself."""

    cache_ok = True

    def seal(self, written: Any, sealing: Sealing) -> Any:
        """Return the number encrypted, or nothing."""
        return sealing.seal(written) if written and sealing.is_writing else None
