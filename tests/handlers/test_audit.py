"""What people do with a call's buttons is kept in the audit: who, what, to which call."""

from dataclasses import replace

from bot.clock import utc_now
from bot.core.audit import Act
from bot.demo.slack.workspace import ADA, GRACE
from bot.storage.audit import AuditLog
from bot.storage.engine.database import Database
from tests.conftest import both_databases
from tests.handlers.test_buttons import ended, scheduled
from tests.world import World


async def acts(world: World) -> list[tuple[str, str | None]]:
    """Return what was done to the only call, and by whom."""
    call = await world.saved()
    async with Database.open(world.database_url) as database:
        entries = await AuditLog(database).since(utc_now().replace(year=2000), most=100)
    assert {entry.call for entry in entries} == {call.id}
    return [(entry.act, entry.person) for entry in entries]


@both_databases
async def test_a_cancel_is_kept_once_and_by_whom(world: World) -> None:
    world.changes["ADMIN_USERS"] = GRACE
    async with world.bot():
        status = await scheduled(world)
        as_it_was = replace(status)

        await world.slack.press(status, "cancel_call", GRACE)
        await world.slack.press(as_it_was, "cancel_call", ADA)

        assert await acts(world) == [(Act.REQUESTED, ADA), (Act.CANCELED, GRACE)]


async def test_who_sees_a_transcript_is_kept_and_who_sees_the_details_is_not(world: World) -> None:
    said = [{"role": "assistant", "content": "Hello."}]
    async with world.bot():
        result = await ended(world, call_summary="It was short.", messages=said)

        await world.slack.press(result, "details", ADA)
        await world.slack.press(result, "transcript", GRACE)

        assert (await acts(world))[2:] == [(Act.ENDED, None), (Act.TRANSCRIPT_SHOWN, GRACE)]


async def test_a_transcript_that_cannot_be_kept_account_of_is_not_shown(world: World) -> None:
    said = [{"role": "assistant", "content": "Hello."}]
    async with world.bot():
        result = await ended(world, call_summary="It was short.", messages=said)

        async with world.locked():
            await world.slack.press(result, "transcript", GRACE)

        [told] = world.slack.ephemerals
        assert "I couldn't reach my database" in told.text
        assert world.slack.open_views == {}
