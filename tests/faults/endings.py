"""How a call ends after a fault: what every test of this folder waits for and looks at."""

from typing import Final

from bot.demo.slack.contents import Message
from bot.demo.slack.workspace import GENERAL
from tests.world import World

# Leases run out soon, so that a restarted process or another replica takes over soon.
QUICK: Final = {"LEASE": "4", "DIAL_RETRY_AFTER": "1"}


async def result_of(world: World) -> Message:
    """Let the only dialed call complete and return the result in its thread."""
    dial = await world.until_dialed()
    await world.until_placed()
    await world.callcow.finish(dial.call_id)
    await world.slack.until(lambda: any(root.replies for root in roots(world)), 20)
    return next(root.replies[-1] for root in roots(world) if root.replies)


def roots(world: World) -> list[Message]:
    """Return the status messages in the channel: more than one if a crash doubled it."""
    return [message for message in world.slack.messages(GENERAL) if message.thread_ts is None]
