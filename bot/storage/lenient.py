"""Columns whose values stand alone: one that cannot be read spoils no other.

An error would keep every row beside it from being read. What is `sealed` is encrypted where the
database says so, and read either way.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import JSON, Dialect, Text, TypeDecorator
from sqlalchemy.types import TypeEngine

from bot.core.errors import UnknownKey
from bot.storage.encryption.sealing import MARK, Sealing, sealing_of


@dataclass(frozen=True)
class UnreadableValue:
    """In place of a value that this version does not know, or that is encrypted with another key.

    `key_id` tells which.
    """

    key_id: str | None = None


UNREADABLE: Final = UnreadableValue()
_NO_MARK: Final = "\N{REPLACEMENT CHARACTER}"
_MARK_IN_JSON: Final = json.dumps(MARK)[:-1]


class Lenient(TypeDecorator[Any]):
    """A type whose values stand alone: one that cannot be read spoils no other."""

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = Text
    cache_ok = True

    def __init__(self, *, sealed: bool = False) -> None:
        super().__init__()
        self.sealed = sealed

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """Return how a value is written."""
        write = super().bind_processor(dialect)
        if not self.sealed or write is None:
            return write
        sealing = sealing_of(dialect)

        def write_sealed(value: Any) -> Any:
            return self.seal(write(value), sealing)

        return write_sealed

    def seal(self, written: Any, sealing: Sealing) -> Any:
        """Return what is kept of a text that was to be written; an empty one hides nothing."""
        if not written:
            return written
        is_json = isinstance(self.impl_instance, JSON)
        if sealing.is_writing:
            sealed = sealing.seal(written)
            return json.dumps(sealed) if is_json else sealed
        # A text of somebody's that looks as if it were encrypted.
        return written.replace(MARK, _NO_MARK, 1) if written[0] == MARK else written

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Return how a value is read."""
        read = super().result_processor(dialect, coltype)
        sealing = sealing_of(dialect) if self.sealed else None
        if read is None and sealing is None:
            return None
        is_json = isinstance(self.impl_instance, JSON)

        def read_leniently(value: Any) -> Any:
            try:
                if sealing is not None:
                    value = _opened(value, sealing, is_json=is_json)
                return value if read is None else read(value)
            except UnknownKey as error:
                return UnreadableValue(key_id=str(error))
            # Whatever is odd about it, the rows beside it are to be read.
            except Exception:  # noqa: BLE001
                return UNREADABLE

        return read_leniently


def is_sealed(kind: TypeEngine[Any]) -> bool:
    """Whether the values of a column are encrypted, where the database says so."""
    return isinstance(kind, Lenient) and kind.sealed


def _opened(value: Any, sealing: Sealing, *, is_json: bool) -> Any:
    """Return a value as it was to be written."""
    if not isinstance(value, str):
        return value
    if value.startswith(MARK):
        opened = sealing.open(value)
        # JSON that the driver has read already.
        return json.loads(opened) if is_json else opened
    if is_json and value.startswith(_MARK_IN_JSON):
        return sealing.open(json.loads(value))
    return value
