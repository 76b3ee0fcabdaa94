"""PostgreSQL sessions: what the server is to do by itself when this machine no longer can.

A machine that vanishes in a transaction would keep its rows locked for as long as TCP waits, and
a failover would leave connections to a server that can only be read. The settings go with the
connection; through a pooler that hands each transaction another connection (PgBouncer in
transaction mode) they go with the transaction, and no statement stays prepared.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import structlog
from sqlalchemy import event
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import await_only

_IDLE_SECONDS: Final = 10.0
_TCP: Final = {
    # In milliseconds and seconds, as the server takes them.
    "tcp_user_timeout": "10000",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "2",
}
# What a server says that can only be read, such as one that was the primary.
_READ_ONLY: Final = "25006"
_CHECK: Final = (
    "DO $$ BEGIN IF (SELECT setting FROM pg_settings WHERE name = '{name}') <> '{wanted}' THEN "
    "RAISE EXCEPTION 'ringback: not this session''s'; END IF; END $$"
)
# From when the server counts its times.
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_APPLICATION: Final = {"application_name": "ringback"}

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Limits:
    """How long a session's statements and locks may take, in seconds."""

    statement: float
    lock: float

    @property
    def settings(self) -> Mapping[str, str]:
        """The server's settings for one transaction."""
        return {
            "statement_timeout": _milliseconds(self.statement),
            "lock_timeout": _milliseconds(self.lock),
            "idle_in_transaction_session_timeout": _milliseconds(_IDLE_SECONDS),
        }


def watch(engine: AsyncEngine, limits: Limits) -> None:
    """Give each session of `engine` its limits, and drop those that can only be read."""
    _Sessions(limits).watch(engine)


class _Sessions:
    """What is known of the way to the server: whether a pooler stands in it."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._is_pooled = False

    def watch(self, engine: AsyncEngine) -> None:
        for name, listener in (
            ("do_connect", self._connect),
            ("connect", _read_any_time),
            ("begin", self._begin),
            ("handle_error", _drop_read_only),
        ):
            event.listen(engine.sync_engine, name, listener)

    def _connect(
        self, dialect: Dialect, _: object, arguments: list[Any], options: dict[str, Any]
    ) -> DBAPIConnection:
        if not self._is_pooled:
            settings = {**_APPLICATION, **self._limits.settings, **_TCP}
            connection = self._connected(dialect, arguments, options, settings)
            if connection is not None:
                return connection
            self._is_pooled = True
            _log.info("database reached through a pooler")
        # Without names, nothing is left behind on a connection that is somebody else's next.
        options = {
            **options,
            "server_settings": _APPLICATION,
            "statement_cache_size": 0,
            "prepared_statement_cache_size": 0,
            "prepared_statement_name_func": lambda: "",
        }
        return dialect.connect(*arguments, **options)

    def _connected(
        self,
        dialect: Dialect,
        arguments: list[Any],
        options: dict[str, Any],
        settings: Mapping[str, str],
    ) -> DBAPIConnection | None:
        """Return a connection that has the settings, None if what answers does not take them."""
        try:
            connection = dialect.connect(*arguments, **{**options, "server_settings": settings})
        except Exception as error:
            # PgBouncer's words, which know no code of their own.
            if "unsupported startup parameter" in str(error):
                return None
            raise
        try:
            if self._has_settings(connection):
                return connection
        except BaseException:
            # Nobody else knows of it yet.
            connection.driver_connection.terminate()
            raise
        connection.close()
        return None

    def _has_settings(self, connection: DBAPIConnection) -> bool:
        """Return whether they arrived: a pooler may drop them without a word."""
        wanted = self._limits.settings["idle_in_transaction_session_timeout"]
        # By the simple protocol, which prepares nothing.
        check = _CHECK.format(name="idle_in_transaction_session_timeout", wanted=wanted)
        try:
            await_only(connection.driver_connection.execute(check))
        except Exception as error:
            if "not this session's" in str(error):
                return False
            raise
        return True

    def _begin(self, connection: Connection) -> None:
        is_alone = connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT"
        if not self._is_pooled or is_alone:
            return
        settings = ", ".join(
            f"set_config('{name}', '{value}', true)"
            for name, value in self._limits.settings.items()
        )
        connection.exec_driver_sql(f"SELECT {settings}")


def _read_any_time(connection: DBAPIConnection, _: object) -> None:
    """Let a time that Python does not have come as a number, which the column's type refuses.

    The driver's own reading would fail with all rows of the statement.
    """
    await_only(
        connection.driver_connection.set_type_codec(
            "timestamptz",
            schema="pg_catalog",
            encoder=_encode_time,
            decoder=_decode_time,
            format="tuple",
        )
    )


def _encode_time(time: datetime) -> tuple[int]:
    return ((time - _EPOCH) // _MICROSECOND,)


def _decode_time(kept: tuple[int]) -> datetime | int:
    try:
        return _EPOCH + timedelta(microseconds=kept[0])
    except OverflowError:
        return kept[0]


def _drop_read_only(context: ExceptionContext) -> None:
    """Take a session that can only be read for a lost one: the next reconnects."""
    error = context.sqlalchemy_exception
    if isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) == _READ_ONLY:
        _log.warning("database can only be read, reconnecting")
        context.is_disconnect = True
        context.invalidate_pool_on_disconnect = True


def _milliseconds(seconds: float) -> str:
    return str(round(seconds * 1000))
