"""A PostgreSQL address in any form that hosts hand out, turned into what the driver takes. Pure."""

import ssl
from typing import Any, Final

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

SQLITE: Final = "sqlite+aiosqlite"
POSTGRESQL: Final = "postgresql+asyncpg"
_SAME: Final = {
    "sqlite": SQLITE,
    "postgres": POSTGRESQL,
    "postgresql": POSTGRESQL,
    "postgresql+psycopg": POSTGRESQL,
    "postgresql+psycopg2": POSTGRESQL,
    "postgres+asyncpg": POSTGRESQL,
}
# libpq's words for it, which are the driver's as well.
_SSL_MODES: Final = {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}
_VERIFIED: Final = {"verify-ca", "verify-full"}
_FILES: Final = ("sslrootcert", "sslcert", "sslkey")
# What the driver takes, and SQLAlchemy for it.
_TAKEN: Final = {
    "host", "port", "user", "password", "passfile", "service", "servicefile", "krbsrvname",
    "direct_tls", "prepared_statement_cache_size", "target_session_attrs",
}  # fmt: skip
# What makes no difference here: we set it ourselves, or the driver knows no such thing.
_LEFT_OUT: Final = {
    "application_name", "fallback_application_name", "channel_binding", "client_encoding",
    "connect_timeout", "gssencmode", "keepalives", "keepalives_count", "keepalives_idle",
    "keepalives_interval", "pgbouncer", "connection_limit", "pool_timeout", "statement_cache_size",
    "sslcompression", "sslnegotiation", "sslsni", "tcp_user_timeout", "supa", "workaround",
}  # fmt: skip


def read_address(text: str) -> URL:
    """Return the address for SQLAlchemy; raise `ValueError` with what is wrong with it."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise ValueError("is not a database address") from None
    url = url.set(drivername=_SAME.get(url.drivername, url.drivername))
    if "@" in (url.host or ""):
        raise ValueError("has more than one @: write the one in the password as %40")
    if url.drivername == POSTGRESQL:
        _check_options(url)
    return url


def connect_arguments(url: URL) -> tuple[URL, dict[str, Any]]:
    """Return the address without the options that are no option of the driver, and what they mean.

    `url` is as `read_address` returned it. Raises `OSError` for a certificate that is not there.
    """
    if url.drivername != POSTGRESQL:
        return url, {}
    options = {name: _last(value) for name, value in url.query.items()}
    mode = _ssl_mode(options)
    taken = {name: value for name, value in url.query.items() if name in _TAKEN}
    given = url.set(query=taken)
    files = {name: options[name] for name in _FILES if options.get(name)}
    if mode is None and not files:
        return given, {}
    if mode not in _VERIFIED and not files:
        return given, {"ssl": mode}
    return given, {"ssl": _context(mode or "require", files)}


def _check_options(url: URL) -> None:
    known = _TAKEN | _LEFT_OUT | {"ssl", "sslmode", *_FILES}
    if unknown := sorted(name for name in url.query if name not in known):
        raise ValueError(f"has an unknown option: {', '.join(map(ascii, unknown))}")
    options = {name: _last(value) for name, value in url.query.items()}
    mode = _ssl_mode(options)
    if mode is not None and mode not in _SSL_MODES:
        raise ValueError(f"has an sslmode that is none of {', '.join(sorted(_SSL_MODES))}")


def _ssl_mode(options: dict[str, str]) -> str | None:
    mode = options.get("sslmode") or options.get("ssl")
    # What other drivers call it.
    return {"true": "require", "1": "require", "false": "disable", "0": "disable",
            "no-verify": "require"}.get(mode or "", mode)  # fmt: skip


def _context(mode: str, files: dict[str, str]) -> ssl.SSLContext:
    root = files.get("sslrootcert")
    context = ssl.create_default_context(cafile=None if root in (None, "system") else root)
    context.check_hostname = mode == "verify-full"
    # With a root certificate, libpq verifies by `require` as well.
    is_verified = mode in _VERIFIED or root is not None
    context.verify_mode = ssl.CERT_REQUIRED if is_verified else ssl.CERT_NONE
    if "sslcert" in files:
        context.load_cert_chain(files["sslcert"], files.get("sslkey"))
    return context


def _last(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else value[-1]
