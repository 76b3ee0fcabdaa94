"""Secrets at rest: whoever gets the database reads no content, and the bot works as before."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr
from sqlalchemy import select, text, type_coerce
from sqlalchemy.types import JSON
from structlog.testing import capture_logs

from bot import app
from bot.callcow.payload import read_payload
from bot.clock import utc_now
from bot.commands import migrate
from bot.core.calls.call import Call
from bot.core.calls.retry_plan import RetryPlan
from bot.core.calls.states import State
from bot.core.errors import InvalidSettings
from bot.core.forget import NumberToForget
from bot.core.policy.decision import Refused
from bot.core.policy.facts import Caller
from bot.core.policy.policy import Policy
from bot.demo.slack.workspace import ADA, GENERAL, TEAM
from bot.storage.calls.due import Due
from bot.storage.calls.store import Store
from bot.storage.encryption import state as module
from bot.storage.encryption.reencryption import KeptRows, Reencrypted, Reencryption
from bot.storage.encryption.sealing import new_key
from bot.storage.encryption.state import LOST, MISSING, Encryption
from bot.storage.engine.database import Database
from bot.storage.forget import Forgetting
from bot.storage.leased.draft_store import DraftStore
from bot.storage.policy.do_not_call import DoNotCallList
from bot.storage.policy.gate import AskedCall
from bot.storage.requests import Requests
from bot.storage.rows import call_of
from bot.storage.tables import calls, schema_compatibility
from tests.builders import NOON, a_call, a_call_with_result, a_waiting_call
from tests.conftest import both_databases
from tests.core.test_draft import a_draft
from tests.dump import contents
from tests.world import COMMAND, NUMBER, PROMPT, SUMMARY, World, bearer, post, shown

KEY, OTHER_KEY = new_key(), new_key()
RESPONSE_URL = "https://hooks.slack.com/commands/T1/1/of-this-call"
SECRET = "the-callback-secret-of-this-call"
TRANSCRIPT = "A table for two on Friday, please."
PAYLOAD = {
    "call_status": "success",
    "provider_status": "completed",
    "call_summary": SUMMARY,
    "messages": [{"role": "user", "content": TRANSCRIPT}],
}
SAID = (NUMBER, NUMBER[1:], PROMPT, SUMMARY, TRANSCRIPT, RESPONSE_URL, SECRET)


def a_full_call(**changes: Any) -> Call:
    """Return a call with everything in it that nobody else is to read."""
    call = replace(
        a_call_with_result(PAYLOAD, normalized_result=read_payload(PAYLOAD)),
        recipient=NUMBER,
        prompt=PROMPT,
        response_url=SecretStr(RESPONSE_URL),
        callback_secret=SecretStr(SECRET),
        retry_plan=RetryPlan(attempts=3, distance=timedelta(hours=1)),
    )
    return replace(call, **changes)


@asynccontextmanager
async def opened(url: str, *keys: str) -> AsyncIterator[Database]:
    """Open the database as a process with those keys does at its start."""
    async with Database.open(url, keys) as database:
        await Encryption(database).start()
        yield database


@asynccontextmanager
async def encrypting(url: str, *keys: str) -> AsyncIterator[Database]:
    """Open a database in which everything is encrypted from now on."""
    async with Database.open(url, keys) as database:
        await Encryption(database).begin_writing()
        yield database


async def drafts_of(database: Database) -> DraftStore:
    return DraftStore(database)


def found(words: Sequence[str], dump: bytes) -> list[str]:
    return [each for each in words if each.encode() in dump]


@both_databases
async def test_nothing_that_people_said_can_be_read_in_what_is_written_from_then_on(
    world: World, tmp_path: Path
) -> None:
    world.changes["ENCRYPTION_KEYS"] = KEY
    await migrate.encrypt(world.settings)
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        root = await world.until_posted()
        dial = await world.until_dialed()
        await world.until_placed()
        await world.callcow.finish(dial.call_id, call_summary=SUMMARY)
        assert SUMMARY in shown(await world.until_replied(root))
        await world.slack.command(ADA, GENERAL, f"block {NUMBER}")

    async with opened(world.database_url, KEY) as database, database.engine.connect() as rows:
        [call] = [call_of(row) for row in await rows.execute(select(calls))]
    assert (call.prompt, call.recipient) == (PROMPT, NUMBER)
    assert call.response_url is not None
    assert call.result is not None
    secrets = [secret.get_secret_value() for secret in (call.callback_secret, call.response_url)]
    said = [PROMPT, NUMBER, NUMBER[1:], SUMMARY, *secrets]
    said += [line["content"] for line in call.result["messages"]]
    assert found(said, await contents(world, tmp_path)) == []


@both_databases
async def test_what_is_there_is_encrypted_while_it_is_in_use_and_reads_as_before(
    world: World, tmp_path: Path
) -> None:
    await world.given(*(a_full_call(id=uuid4(), request_key=f"k{n}") for n in range(45)))
    kept = a_full_call(id=uuid4(), request_key="kept")
    draft = a_draft(recipient=NUMBER, number=NUMBER, prompt=PROMPT)
    async with opened(world.database_url) as database:
        await Store(database).add(kept)
        await (await drafts_of(database)).add(draft, now=NOON)
        await DoNotCallList(database).add("T1", NUMBER, "UADA", NOON)
    assert found(SAID, await contents(world, tmp_path)) == list(SAID)
    world.changes["ENCRYPTION_KEYS"] = KEY

    await migrate.encrypt(world.settings)
    done = await migrate.reencrypt(world.settings)

    assert done == Reencrypted(rows=48, locked=0)
    assert found(SAID, await contents(world, tmp_path)) == []
    async with opened(world.database_url, KEY) as database:
        assert await Store(database).get(kept.id) == kept
        assert await (await drafts_of(database)).get(draft.id) == draft
        assert await DoNotCallList(database).entry("T1", NUMBER) is not None
    assert await migrate.reencrypt(world.settings) == Reencrypted(rows=0, locked=0)


@both_databases
async def test_a_key_is_replaced_by_another(database_url: str) -> None:
    call = a_full_call()
    async with encrypting(database_url, KEY) as database:
        await Store(database).add(call)
        await DoNotCallList(database).add("T1", NUMBER, "UADA", NOON)

    async with opened(database_url, OTHER_KEY, KEY) as database:
        assert await Store(database).get(call.id) == call
        done = await Reencryption(database).run()
        await Encryption(database).wrap_again()

    assert done == Reencrypted(rows=2, locked=0)
    async with opened(database_url, OTHER_KEY) as database:
        assert await Store(database).get(call.id) == call
        assert await DoNotCallList(database).entry("T1", NUMBER) is not None


@both_databases
async def test_a_number_counts_and_is_blocked_and_forgotten_whether_it_was_encrypted_or_not(
    database_url: str,
) -> None:
    policy = Policy(hours=None, calls_per_number_per_day=2)
    at = utc_now()
    asked = [
        AskedCall(
            a_call(id=uuid4(), request_key=f"k{number}", recipient=NUMBER, requested_at=at,
                   dial_at=at, due_at=at),
            Caller("UADA"),
            policy,
        )
        for number in range(3)
    ]  # fmt: skip
    async with opened(database_url) as database:
        await Requests(database).add(asked[0])
        await DoNotCallList(database).add("T1", NUMBER, "UADA", NOON)
    async with encrypting(database_url, KEY) as database:
        numbers = DoNotCallList(database)
        assert not await numbers.add("T1", NUMBER, "UBO", NOON)
        assert isinstance(await Requests(database).add(asked[1]), Refused)
        assert await numbers.remove("T1", NUMBER, "UADA", NOON)
        await Requests(database).add(asked[1])

        third = await Requests(database).add(asked[2])

        assert isinstance(third, Refused), third
        forgotten = await Forgetting(database, read_payload).forget(
            NumberToForget(NUMBER), now=utc_now()
        )
        assert forgotten.calls == 2


async def test_a_row_whose_key_is_missing_stands_alone_and_is_told_in_the_log(
    database_url: str,
) -> None:
    lost, readable = (
        a_full_call(id=uuid4(), request_key=name, state=State.REQUESTED, due_at=NOON, lease=None,
                    ending=None, result=None, normalized_result=None, ended_at=None)
        for name in ("lost", "readable")
    )  # fmt: skip
    async with encrypting(database_url, KEY) as database:
        await Store(database).add(lost)
    async with opened(database_url, OTHER_KEY, KEY) as database:
        await Encryption(database).wrap_again()
        await Store(database).add(readable)

    async with opened(database_url, OTHER_KEY) as database:
        store = Store(database)
        with capture_logs() as log:
            [claimed] = await store.claim(
                [Due([State.REQUESTED], 10)], now=utc_now(), lease=timedelta(minutes=1), held=[]
            )
        done = await Reencryption(database).run()

    assert [call.id for call in claimed] == [readable.id]
    [line] = log
    assert "encrypted with a key that is not in ENCRYPTION_KEYS" in line["event"]
    assert (line["call"], len(line["key_id"])) == (str(lost.id), 8)
    assert done == Reencrypted(rows=0, locked=1)


@both_databases
async def test_with_every_key_lost_the_bot_goes_on_once_it_is_told_so(world: World) -> None:
    readable, hidden = a_full_call(id=uuid4(), request_key="1"), a_full_call()
    await world.given(readable)
    async with encrypting(world.database_url, KEY) as database:
        await Store(database).add(hidden)
    world.changes["ENCRYPTION_KEYS"] = OTHER_KEY
    with pytest.raises(InvalidSettings) as refused:
        async with app.running(world.settings):
            pass

    done = await migrate.reencrypt(world.settings, keys_lost=True)

    assert refused.value.problems == [LOST]
    assert done == Reencrypted(rows=1, locked=1)
    async with opened(world.database_url, OTHER_KEY) as database:
        assert await Store(database).get(readable.id) == readable
        assert await Store(database).get(hidden.id) is None


async def test_without_its_keys_the_bot_does_not_start_on_an_encrypted_database(
    world: World,
) -> None:
    async with encrypting(world.database_url, KEY):
        pass

    with pytest.raises(InvalidSettings) as refused:
        async with app.running(world.settings):
            pass

    assert refused.value.problems == [MISSING]


async def test_a_process_without_keys_dials_nothing_from_when_others_encrypt(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_LOOK_SECONDS", 0)
    async with Database.open(database_url) as without:
        standing = Encryption(without)
        await standing.start()
        assert await standing.is_right()

        async with encrypting(database_url, KEY):
            assert not await standing.is_right()
            assert not await standing.works()


async def test_a_process_with_keys_begins_to_encrypt_while_it_runs(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_LOOK_SECONDS", 0)
    async with Database.open(database_url, [KEY]) as running:
        standing = Encryption(running)
        await standing.start()
        assert not running.sealing.is_writing
        async with encrypting(database_url, KEY):
            assert await standing.is_right()
        assert running.sealing.is_writing


@both_databases
async def test_a_version_that_cannot_read_it_leaves_an_encrypted_call_alone(
    database_url: str,
) -> None:
    async with encrypting(database_url, KEY) as database:
        await Store(database).add(a_full_call())
        async with database.engine.connect() as rows:
            plan: Any = await rows.scalar(select(type_coerce(calls.c.retry_plan, JSON())))
            compatible_from = await rows.scalar(select(schema_compatibility.c.compatible_from))

    # As such a version reads it, for which the whole row is unreadable then.
    with pytest.raises(TypeError):
        RetryPlan.from_json(plan)
    assert compatible_from == "0021"


async def test_a_text_that_looks_encrypted_is_a_text(database_url: str) -> None:
    call = a_call(prompt="\x0112345678:gAAAA")
    async with opened(database_url, KEY) as database:
        await Store(database).add(call)
        saved = await Store(database).get(call.id)

    assert saved is not None
    assert saved.prompt == "\N{REPLACEMENT CHARACTER}12345678:gAAAA"


async def test_a_row_that_another_is_changing_now_is_not_waited_for(postgresql_url: str) -> None:
    held, free = a_full_call(), a_full_call(id=uuid4(), request_key="free")
    async with opened(postgresql_url) as database:
        for call in (held, free):
            await Store(database).add(call)

    async with encrypting(postgresql_url, KEY) as database:
        rows, keys = KeptRows(calls, database.sealing), [[held.id], [free.id]]
        async with database.engine.begin() as other:
            one = text("SELECT 1 FROM calls WHERE request_key = :key FOR UPDATE")
            await other.execute(one, {"key": held.request_key})
            left = await database.write(lambda connection: rows.rewrite(connection, keys))

        assert left == [[held.id]]
        assert await database.write(lambda connection: rows.rewrite(connection, left)) == []
        assert rows.rewritten == 2


@both_databases
async def test_a_callback_to_a_process_without_the_calls_key_is_kept_and_reported_by_another(
    world: World,
) -> None:
    call = a_waiting_call(requester=ADA, team=TEAM, channel=GENERAL, posted_in=GENERAL)
    async with encrypting(world.database_url, KEY) as database:
        await Store(database).add(call)
    async with opened(world.database_url, OTHER_KEY, KEY) as database:
        await Encryption(database).wrap_again()
    address = f"{world.url}/callcow/callback/{call.id}"

    world.changes["ENCRYPTION_KEYS"] = OTHER_KEY
    async with world.bot():
        answers = [
            await post(address, json.dumps(PAYLOAD).encode(), bearer(secret))
            for secret in ("another", call.callback_secret)
        ]
    assert [status for status, _ in answers] == [401, 200]

    world.changes["ENCRYPTION_KEYS"] = f"{OTHER_KEY},{KEY}"
    async with world.bot():
        await world.slack.until(
            lambda: any(SUMMARY in shown(one) for one in world.slack.workspace.messages.values())
        )
