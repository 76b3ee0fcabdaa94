"""The house rules, shown wherever a call is asked for, through real signed requests."""

from bot.demo.slack.workspace import ADA, BOT_USER, GENERAL, GRACE, SALES
from tests.world import COMMAND, World, shown

LINE = "House rules, given to the AI on every call: Say at the start that you are an AI."


def below_the_form(world: World) -> str:
    """Return what stands below the form that was opened last."""
    last = list(world.slack.open_views.values())[-1].payload["blocks"][-1]
    return str(last["elements"][0].get("text"))


async def test_every_form_shows_the_house_rules_however_it_is_opened(world: World) -> None:
    world.changes["HOUSE_RULES"] = "Say at the start that you are an AI."
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        status = await world.until_posted()
        await world.callcow.finish((await world.until_dialed()).call_id)
        result = await world.until_replied(status)
        asked = (await world.slack.say(ADA, GENERAL, f"<@{BOT_USER}> ask if they are open")).message
        draft = await world.until_replied(asked)
        await world.slack.open_home(ADA)

        for way in (
            world.slack.command(ADA, GENERAL),
            world.slack.shortcut("place_call", ADA),
            world.slack.message_shortcut("call_about_message", ADA, GENERAL, asked.ts),
            world.slack.press(result, "call_again", ADA),
            world.slack.press(draft, "draft_edit", ADA),
            world.slack.press_in_home(ADA, "place_call"),
        ):
            await way
            assert below_the_form(world) == LINE

    assert len(world.slack.open_views) == 6


async def test_the_house_rules_stay_when_the_form_asks_for_a_channel(world: World) -> None:
    world.changes["HOUSE_RULES"] = "Say at the start that you are an AI."
    async with world.bot():
        view = await world.open_form()

        await world.slack.press_in_view(view, "place", "other_channel", {})

        assert "channel" in [block.get("block_id") for block in view.payload["blocks"]]
        assert below_the_form(world) == LINE


async def test_help_in_a_message_tells_of_house_rules_and_approvals_like_the_commands(
    world: World,
) -> None:
    world.changes |= {
        "HOUSE_RULES": "Be brief.",
        "APPROVAL": "all",
        "APPROVERS": GRACE,
        "APPROVAL_CHANNEL": SALES,
    }
    async with world.bot():
        said = await world.slack.say(ADA, GENERAL, f"<@{BOT_USER}> help")

        told = shown(await world.until_replied(said.message))

        assert "House rules, given to the AI on every call: Be brief." in told
        assert "until somebody else approves it" in told
