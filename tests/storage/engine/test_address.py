"""A database's address, in the forms that hosts hand out."""

import ssl
from pathlib import Path

import pytest

from bot.storage.engine.address import connect_arguments, read_address
from bot.storage.engine.database import Database
from tests.conftest import POSTGRES


@pytest.mark.parametrize(
    "text",
    [
        "postgres://ada:word@db.example:5433/calls",
        "postgresql://ada:word@db.example:5433/calls",
        "postgresql+asyncpg://ada:word@db.example:5433/calls",
        "postgresql+psycopg2://ada:word@db.example:5433/calls",
        "postgres://ada:word@db.example:5433/calls?application_name=x&connect_timeout=10",
        "postgresql://ada:word@db.example:5433/calls?pgbouncer=true&channel_binding=require",
    ],
)
def test_postgresql_is_taken_in_every_form(text: str) -> None:
    url, arguments = connect_arguments(read_address(text))

    assert url.render_as_string(hide_password=False) == (
        "postgresql+asyncpg://ada:word@db.example:5433/calls"
    )
    assert arguments == {}


@pytest.mark.parametrize(
    ("option", "mode"),
    [
        ("sslmode=require", "require"),
        ("sslmode=disable", "disable"),
        ("sslmode=prefer", "prefer"),
        ("ssl=require", "require"),
        ("ssl=true", "require"),
        ("sslmode=no-verify", "require"),
    ],
)
def test_how_the_connection_is_encrypted_reaches_the_driver(option: str, mode: str) -> None:
    url, arguments = connect_arguments(read_address(f"postgres://db/calls?{option}"))

    assert dict(url.query) == {}
    assert arguments == {"ssl": mode}


@pytest.mark.parametrize(("mode", "by_name"), [("verify-full", True), ("verify-ca", False)])
def test_a_certificate_is_verified_where_that_is_asked_for(mode: str, by_name: bool) -> None:
    _, arguments = connect_arguments(read_address(f"postgres://db/calls?sslmode={mode}"))

    context = arguments["ssl"]
    assert isinstance(context, ssl.SSLContext)
    assert (context.check_hostname, context.verify_mode) == (by_name, ssl.CERT_REQUIRED)


def test_a_root_certificate_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    url = read_address(f"postgres://db/calls?sslmode=require&sslrootcert={tmp_path}/none.pem")

    with pytest.raises(FileNotFoundError):
        connect_arguments(url)


@pytest.mark.parametrize("option", ["sslmod=require", "schema=x", "PASSWORDS=x", "%0a=x"])
def test_an_unknown_option_is_named_without_its_value(option: str) -> None:
    with pytest.raises(ValueError, match="has an unknown option: '") as refused:
        read_address(f"postgres://db/calls?{option}secret")

    assert "secret" not in str(refused.value)


def test_a_password_with_a_mark_of_addresses_is_named_without_its_value() -> None:
    with pytest.raises(ValueError, match="write the one in the password as %40") as refused:
        read_address("postgres://user:hun@ter2@db.example/ringback")

    assert "hun" not in str(refused.value)
    assert read_address("postgres://user:hun%40ter2@db.example/ringback").password == "hun@ter2"


def test_a_sqlite_file_is_taken_with_and_without_its_driver() -> None:
    assert str(read_address("sqlite:///ringback.db")) == "sqlite+aiosqlite:///ringback.db"
    assert str(read_address("sqlite+aiosqlite:////x.db")) == "sqlite+aiosqlite:////x.db"


async def test_a_real_server_is_reached_by_what_a_host_hands_out(postgresql_url: str) -> None:
    assert POSTGRES.startswith("postgresql+asyncpg://")
    handed_out = postgresql_url.replace("postgresql+asyncpg://", "postgres://")

    async with Database.open(f"{handed_out}?sslmode=prefer&application_name=x") as database:
        one = await database.read(lambda rows: rows.exec_driver_sql("SELECT 1").scalar())

    assert one == 1
