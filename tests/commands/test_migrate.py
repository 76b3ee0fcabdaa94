"""`ringback new-key` and `ringback migrate`, as processes."""

from bot.storage.encryption.sealing import is_key
from tests.test_main import run
from tests.world import World


async def test_a_key_is_printed() -> None:
    ended = await run("new-key")

    assert ended.code == 0
    assert is_key(ended.output.strip())


async def test_nothing_is_encrypted_without_a_key(world: World) -> None:
    for how in ("--encrypt", "--reencrypt"):
        ended = await run("migrate", how, **world.environment | {"LOG_FORMAT": "console"})

        line = "ENCRYPTION_KEYS: is missing; `ringback new-key` prints one"
        assert (ended.code, ended.errors.splitlines()) == (2, [line])


async def test_what_was_done_is_said(world: World) -> None:
    key = (await run("new-key")).output.strip()
    environment = world.environment | {"ENCRYPTION_KEYS": key}

    first = await run("migrate", "--reencrypt", **environment)
    begun = await run("migrate", "--encrypt", **environment)
    done = await run("migrate", "--reencrypt", **environment)

    assert (first.code, begun.code, done.code) == (2, 0, 0)
    assert "run `ringback migrate --encrypt` first" in first.errors
    assert begun.output.startswith("What is written from now on is encrypted.")
    assert done.output.splitlines() == [
        "Rows encrypted with the newest key: 0",
        "Rows left alone, since their key is missing: 0",
    ]
