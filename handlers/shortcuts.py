"""The shortcuts: "Call about this" on a message, and "Place a call" from anywhere.

The first opens the form with the message's text and the number found in it, and its call's thread
is the message's own. The second opens the empty form, whose thread is a direct message.
"""

from typing import Any, Final

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.actions import CALL_ABOUT_MESSAGE, PLACE_CALL
from bot.blocks.views.form import Origin, call_form, channel_to_post_in
from bot.blocks.words.policy import NEUTRAL, by_rule
from bot.blocks.words.problems import doubts_by_field
from bot.blocks.words.user_messages import NO_FORM, not_done
from bot.clock import utc_now
from bot.core.doubt import DoubtKind
from bot.core.errors import NotAllowed, RingbackError
from bot.core.reading.reader import find_number
from bot.core.workspace_settings import WorkspaceSettings
from bot.service.calls import CallService
from handlers.payloads.shortcuts import MessageShortcut, Shortcut
from handlers.views import TELL_SECONDS, sealed, tell_directly, try_send

# Nobody wrote the message for us: that its number stands among its words is no surprise.
_EXPECTED: Final = (DoubtKind.NO_NUMBER, DoubtKind.ELSEWHERE)


def register(app: AsyncApp, service: CallService) -> None:
    """Answer both shortcuts on `app`."""

    async def about_message(
        ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        shortcut = MessageShortcut.model_validate(body)
        trouble = ""
        try:
            await service.people.admit(shortcut.person)
            settings = await service.people.settings_to_call(shortcut.person)
        except RingbackError as error:
            trouble = not_done(error)
        else:
            form = sealed(_form_about(shortcut, service, settings), service.seal)
            if not await try_send(client.views_open(trigger_id=shortcut.trigger_id, view=form)):
                trouble = f"{NO_FORM}."
        if trouble:
            await try_send(respond(text=trouble, response_type="ephemeral"), seconds=TELL_SECONDS)
        await ack()

    async def anywhere(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        shortcut = Shortcut.model_validate(body)
        trouble = ""
        try:
            await service.people.admit(shortcut.person)
            settings = await service.people.settings_to_call(shortcut.person)
        except RingbackError as error:
            trouble = not_done(error)
        else:
            form = sealed(call_form(Origin(), house_rules=settings.house_rules), service.seal)
            if not await try_send(client.views_open(trigger_id=shortcut.trigger_id, view=form)):
                trouble = f"{NO_FORM}."
        if trouble:
            # There is no place that it was chosen in, so no message there either.
            await tell_directly(client, shortcut.person, trouble)
        await ack()

    app.shortcut({"type": "message_action", "callback_id": CALL_ABOUT_MESSAGE})(about_message)
    app.shortcut({"type": "shortcut", "callback_id": PLACE_CALL})(anywhere)


def _form_about(
    shortcut: MessageShortcut, service: CallService, settings: WorkspaceSettings
) -> dict[str, Any]:
    message = shortcut.message
    reading = find_number(message.text, settings.region)
    url = str(shortcut.response_url) if shortcut.response_url else None
    origin = Origin(
        channel=channel_to_post_in(shortcut.channel.id),
        thread_ts=message.thread_ts or message.ts,
        asked_in=shortcut.channel.id,
        response_url=url,
        confirmed=reading.asked_about,
    )
    doubts = [doubt for doubt in reading.number_doubts if doubt.kind not in _EXPECTED]
    problems = doubts_by_field(doubts)
    try:
        service.check_number(reading, settings.region)
    except NotAllowed as error:
        # An emergency number: whoever needs help is told so before anything else.
        problems |= by_rule(error.decision.fact, utc_now(), NEUTRAL)
    return call_form(
        origin,
        number=reading.number,
        prompt=reading.prompt,
        problems=problems,
        house_rules=settings.house_rules,
    )
