"""What every handler says while nothing can be saved, and that each works again afterwards."""

import asyncio

from bot.demo.slack.contents import Message, View
from bot.demo.slack.workspace import ADA, GENERAL
from tests.world import COMMAND, NUMBER, PROMPT, World, shown

FORM = {"number": NUMBER, "prompt": PROMPT}


async def a_call_and_a_form(world: World) -> tuple[Message, View]:
    """Let a call be on the phone and a form stand open; return its status message and the form."""
    await world.slack.command(ADA, GENERAL, COMMAND)
    status = await world.until_posted()
    await world.until_placed()
    await world.until_saved(lambda call: call.lease is None)
    return status, await world.open_form()


async def refuse(world: World, form: View, words: str) -> None:
    """Ask by command and form: a person is told, in the 3 s that Slack waits."""
    typed, submitted = await asyncio.gather(
        world.slack.command(ADA, GENERAL, COMMAND), world.slack.submit(form, FORM)
    )
    assert (typed.problem, submitted.problem) == (None, None)
    assert words in world.slack.ephemerals[-1].text
    assert words in form.errors["prompt"]
    assert form.open


async def work_again(world: World, status: Message, form: View) -> None:
    """Ask at each handler once more: two calls are dialed in all, and the first ends."""
    dial = world.callcow.dials[0]
    [delivery, submitted] = await asyncio.gather(
        world.callcow.finish(dial.call_id), world.slack.submit(form, FORM)
    )
    assert delivery is not None
    assert delivery.status == 200
    assert submitted.problem is None
    assert not form.open
    assert "Completed" in shown(await world.until_replied(status))
    await world.callcow.until(lambda: len(world.callcow.dials) == 2)
    assert len(world.callcow.dials_of(str(dial.idempotency_key))) == 1
