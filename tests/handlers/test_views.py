"""What is told to the person who pressed a button, and where, through real signed requests."""

from bot.demo.slack.contents import Ephemeral
from bot.demo.slack.workspace import ADA, GENERAL, GRACE
from tests.world import NUMBER, PROMPT, World

HOUR = 3600


async def told(world: World) -> Ephemeral:
    await world.slack.until(lambda: world.slack.ephemerals)
    [ephemeral] = world.slack.ephemerals
    return ephemeral


async def test_a_press_on_a_reply_is_answered_in_its_thread(world: World) -> None:
    root = (await world.slack.say(GRACE, GENERAL, f"Luigi's: {NUMBER}")).message
    async with world.bot():
        await world.slack.message_shortcut("call_about_message", ADA, GENERAL, root.ts)
        (form,) = world.slack.open_views.values()
        later = int(world.slack.workspace.clock()) + HOUR
        await world.slack.submit(form, {"prompt": PROMPT, "when": later})
        status = await world.until_replied(root)

        await world.slack.press(status, "dial_now", GRACE)

        answer = await told(world)
        assert answer.text.startswith("Only the person who asked for this call can do that")
        assert (answer.user, answer.thread_ts) == (GRACE, root.ts)


async def test_a_press_in_the_channel_is_answered_there_though_replies_follow(
    world: World,
) -> None:
    async with world.bot():
        later = int(world.slack.workspace.clock()) + HOUR
        form = await world.open_form()
        await world.slack.submit(form, {"number": NUMBER, "prompt": PROMPT, "when": later})
        status = await world.until_posted()
        await world.slack.say(ADA, GENERAL, "Not yet", status.ts)

        await world.slack.press(status, "dial_now", GRACE)

        assert (await told(world)).thread_ts is None
