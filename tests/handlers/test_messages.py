"""Messages to the bot in each shape that Slack gives them: blocks, rich text, forwards."""

from typing import Any

import pytest

from bot.demo.slack.workspace import ADA, BOT_USER, GENERAL
from tests.handlers.test_message_text import rich_text, says
from tests.world import NUMBER, World, shown

ASK = "ask if they are open on Sunday"
SHOP = "Luigi's, call +1 415 555 2671"
QUESTION = "Call +1 415-555-2671 about this?"
TEL = {"type": "link", "url": "tel:+14155552671", "text": "+1 415 555 2671"}
AT = {"type": "user", "user_id": BOT_USER}


def forwarded(text: str) -> list[dict[str, Any]]:
    """Return the attachment that Slack makes of a message that is forwarded."""
    inner = {"message": {"text": text, "blocks": [rich_text(says(text))]}}
    return [
        {
            "is_share": True,
            "is_msg_unfurl": True,
            "from_url": "https://a.example",
            "text": text,
            "fallback": f"[Monday] grace: {text}",
            "message_blocks": [inner],
        }
    ]


async def send(world: World, kind: str, message: dict[str, Any]) -> None:
    """Send a message as Slack does, as a mention or directly."""
    place = {"app_mention": GENERAL, "message": world.slack.workspace.direct_message(ADA).id}
    event = {
        "type": kind,
        "channel": place[kind],
        "channel_type": "im" if kind == "message" else "channel",
        "user": ADA,
        "ts": "1700000000.000100",
        **message,
    }
    assert (await world.slack.event(event)).acknowledged


@pytest.mark.parametrize("kind", ["app_mention", "message"])
@pytest.mark.parametrize(
    "message",
    [
        {"text": f"*{NUMBER}* {ASK}", "blocks": [rich_text(TEL, says(f" {ASK}"))]},
        {"text": None, "blocks": [rich_text(AT, says(" call "), TEL, says(f" and {ASK}"))]},
        {"text": "", "blocks": [{"type": "section", "text": {"type": "plain_text",
                                                             "text": f"{NUMBER} {ASK}"}}]},
        {"text": f"<@{BOT_USER}> {NUMBER}", "attachments": forwarded(ASK)},
        {"text": f"<@{BOT_USER}> {NUMBER} {ASK}",
         "attachments": [{"from_url": "https://a.example", "text": "Call 0800 123456"}]},
    ],
    ids=["text and blocks", "rich text", "section", "forwarded", "with a preview"],
)  # fmt: skip
async def test_a_call_is_placed_wherever_slack_put_the_words(
    world: World, kind: str, message: dict[str, Any]
) -> None:
    async with world.bot():
        await send(world, kind, message)

        dial = await world.until_dialed()
        assert (dial.recipient_phone, dial.prompt) == (NUMBER, ASK)


@pytest.mark.parametrize("kind", ["app_mention", "message"])
@pytest.mark.parametrize(
    ("text", "attached"),
    [("", SHOP), ("thanks!", SHOP), ("please call", f"+1 415 555 2671 {ASK}")],
)
async def test_a_number_that_was_only_forwarded_is_asked_about_and_not_dialed(
    world: World, kind: str, text: str, attached: str
) -> None:
    async with world.bot():
        await send(world, kind, {"text": text, "attachments": forwarded(attached)})

        await world.slack.until(lambda: any(QUESTION in shown(one) for one in replies(world)))
        assert world.callcow.dials == []


def replies(world: World) -> list[Any]:
    return list(world.slack.workspace.messages.values())


async def test_an_edit_that_changes_nothing_but_a_preview_is_no_edit(world: World) -> None:
    direct = world.slack.workspace.direct_message(ADA).id
    text = {"text": "hi https://a.example", "user": ADA, "ts": "1700000000.000100"}
    edited = {**text, "edited": {"user": ADA, "ts": "1700000001.000100"}}
    preview = [{"from_url": "https://a.example", "text": SHOP}]
    event = {
        "type": "message",
        "subtype": "message_changed",
        "channel": direct,
        "channel_type": "im",
        "ts": "1700000002.000100",
        "message": {**edited, "attachments": preview},
        "previous_message": edited,
    }
    async with world.bot():
        assert (await world.slack.event(event)).acknowledged

        assert await world.saved_drafts() == []
