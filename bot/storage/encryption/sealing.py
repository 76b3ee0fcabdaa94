"""Secrets at rest: how content is encrypted, and by what an encrypted number is found."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from sqlalchemy import Column, ColumnElement, Connection, Dialect, Text, bindparam

from bot.core.errors import UnknownKey

if TYPE_CHECKING:
    from bot.storage.encryption.cipher import Cipher

# What begins with it is encrypted: no text that is kept as it is does.
MARK: Final = "\x01"
# What stands for a number that is encrypted; a number begins with a plus sign.
INDEX_MARK: Final = "#"
_KEY_ID_LENGTH: Final = 8
_KEY_BYTES: Final = 32
# So many short texts are remembered, and what is short.
_REMEMBERED_MAX: Final = 2000
_SHORT: Final = 600


class Sealing:
    """The keys of a process, the newest first; without any, content is kept as it is.

    `is_writing` and the index key are the database's, which `Encryption` learns from it.
    """

    def __init__(self, keys: Sequence[str] = ()) -> None:
        self._cipher = _cipher(keys) if keys else None
        self._newest = f"{MARK}{_key_id(keys[0])}:" if keys else None
        self._index_key: bytes | None = None
        # A call is read several times within seconds; its transcript is not kept for that.
        self._open_short = lru_cache(_REMEMBERED_MAX)(self._decrypt)
        self.is_writing = False

    @property
    def has_keys(self) -> bool:
        """Whether anything can be encrypted."""
        return self._cipher is not None

    @property
    def has_index_key(self) -> bool:
        """Whether numbers that are encrypted can be found."""
        return self._index_key is not None

    def use_index_key(self, wrapped: str) -> None:
        """Take the index key out of its wrapping; raise `UnknownKey`."""
        self._index_key = base64.urlsafe_b64decode(self.open(wrapped))

    def seal(self, text: str) -> str:
        """Return the text, encrypted with the newest key; there must be one."""
        if self._cipher is None or self._newest is None:
            raise ValueError("there is no key")
        return self._newest + self._cipher.encrypt(text)

    def open(self, sealed: str) -> str:
        """Return what was encrypted; raise `UnknownKey`."""
        return (self._open_short if len(sealed) <= _SHORT else self._decrypt)(sealed)

    def _decrypt(self, sealed: str) -> str:
        key_id, _, token = sealed.removeprefix(MARK).partition(":")
        if self._cipher is None:
            raise UnknownKey(key_id)
        try:
            return self._cipher.decrypt(token)
        except ValueError:
            raise UnknownKey(key_id) from None

    @property
    def opened(self) -> int:
        """How many texts are remembered as they were before they were encrypted."""
        return self._open_short.cache_info().currsize

    def forget_opened(self) -> None:
        """Remember none of them."""
        self._open_short.cache_clear()

    def is_newest(self, sealed: str) -> bool:
        """Whether it is encrypted with the newest key."""
        return self._newest is not None and sealed.startswith(self._newest)

    def index(self, number: str) -> str:
        """Return what stands for a number: nobody finds the number by it without the index key."""
        if self._index_key is None:
            raise ValueError("there is no index key")
        digest = hmac.digest(self._index_key, number.encode(), hashlib.sha256)
        return INDEX_MARK + base64.urlsafe_b64encode(digest[:24]).decode()

    def searched(self, number: str) -> dict[str, str]:
        """Return by what a number is found: the values of `is_number`."""
        index = number if self._index_key is None else self.index(number)
        return {"the_number": number, "the_index": index}


_of_dialect: Final[WeakKeyDictionary[Dialect, Sealing]] = WeakKeyDictionary()
_WITHOUT_KEYS: Final = Sealing()


def use(dialect: Dialect, sealing: Sealing) -> None:
    """Let the columns of an engine be encrypted so; before its first statement."""
    _of_dialect[dialect] = sealing


def sealing_of(dialect: Dialect) -> Sealing:
    """Return how the columns of an engine are encrypted."""
    return _of_dialect.get(dialect, _WITHOUT_KEYS)


def is_number(column: Column[str]) -> ColumnElement[bool]:
    """Return the condition that a column is of a number, as it is or encrypted."""
    given = [bindparam(name, type_=Text()) for name in ("the_number", "the_index")]
    return column.in_(given)


def searched(connection: Connection, number: str) -> dict[str, str]:
    """Return by what a number is found in a transaction."""
    return sealing_of(connection.dialect).searched(number)


def is_key(text: str) -> bool:
    """Whether the text is a key: https://github.com/fernet/spec/blob/master/Spec.md#key-format."""
    try:
        return len(base64.urlsafe_b64decode(text)) == _KEY_BYTES
    except ValueError:
        return False


def new_key() -> str:
    """Return a new key."""
    from bot.storage.encryption import cipher

    return cipher.new_key()


def new_index_key(sealing: Sealing) -> str:
    """Return a new index key, wrapped by the newest of the keys."""
    return sealing.seal(new_key())


def _cipher(keys: Sequence[str]) -> "Cipher":
    # Only here, so that who has no keys does not load it.
    from bot.storage.encryption.cipher import Cipher

    return Cipher(keys)


def _key_id(key: str) -> str:
    """Return what tells keys apart, and is no way back to them."""
    return hashlib.sha256(b"ringback key id:" + key.encode()).hexdigest()[:_KEY_ID_LENGTH]
