"""The buttons: call now, cancel, transcript, details, call again, block, and the form.

Each acts on the call whose id it carries. What cannot be done is said to the person who pressed,
and only to them; a button that this version does not know says so as well.
"""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.actions import (
    BLOCK,
    BOTTOM,
    CALL_AGAIN,
    CANCEL,
    DETAILS,
    DIAL_NOW,
    MORE,
    PAGE,
    PLACE_CALL,
    SHOW_MORE,
    TRANSCRIPT,
)
from bot.blocks.views import details, transcript
from bot.blocks.views.form import NUMBER, Chosen, Origin, call_form
from bot.blocks.words.call_again import warning_about
from bot.blocks.words.policy import Mrkdwn, Plain, goes_at_opening
from bot.blocks.words.reasons import people_named
from bot.blocks.words.rules import blocked
from bot.blocks.words.user_messages import CANCELED, DIALING_NOW, NO_VIEW, OLD_BUTTON, not_done
from bot.core.calls.call import Call
from bot.core.errors import RingbackError
from bot.core.phone import format_international
from bot.service.calls import CallService
from bot.service.rules import RulesService
from handlers.payloads.presses import Press
from handlers.views import plain_for, reply_privately, sealed, try_send

# What a press does: it returns what there is to say to the person, empty for nothing.
ButtonAction = Callable[[Press, AsyncWebClient], Awaitable[str]]

# Under which a view carries whose call it shows.
_SHOWN: Final = "call"
_VIEWS: Final[Mapping[str, Callable[[Call, int, Plain], dict[str, Any]]]] = {
    transcript.NAME: lambda call, page, _: transcript.transcript(call, page),
    details.NAME: details.details,
}


def register(app: AsyncApp, service: CallService, rules: RulesService, command: str) -> None:
    """Answer every button on `app`."""
    actions = _ButtonActions(service, rules, command)
    for action_id, action in (
        (PLACE_CALL, actions.place_call),
        (CALL_AGAIN, actions.call_again),
        (re.compile(rf"^{DIAL_NOW}(:\d+)?$"), actions.dial_now),
        (re.compile(rf"^{CANCEL}(:\d+)?$"), actions.cancel),
        (BLOCK, actions.block),
        (TRANSCRIPT, actions.show_transcript),
        (DETAILS, actions.show_details),
        (re.compile(rf"^{MORE}(:\d+)?$"), actions.choose),
        (SHOW_MORE, actions.show_more),
        (re.compile(rf"^{PAGE}:\d+({BOTTOM})?$"), actions.turn_page),
        # Last, since the first that fits is taken.
        (re.compile(""), actions.unknown),
    ):
        app.action(action_id)(listener(action))


def listener(action: ButtonAction) -> Callable[..., Awaitable[None]]:
    """Return what does `action` and tells the person what there is to say."""

    async def pressed(
        ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        press = Press.model_validate(body)
        try:
            words = await action(press, client)
        except RingbackError as error:
            words = not_done(error)
        if words:
            await reply_privately(client, respond, press, words)
        await ack()

    return pressed


class _ButtonActions:
    """What each button does."""

    def __init__(self, service: CallService, rules: RulesService, command: str) -> None:
        self._service = service
        self._rules = rules
        self._command = command

    async def place_call(self, press: Press, client: AsyncWebClient) -> str:
        await self._service.people.admit(press.person)
        settings = await self._service.people.settings_to_call(press.person)
        form = call_form(Origin(), house_rules=settings.house_rules)
        return await self._open(press, client, form)

    async def call_again(self, press: Press, client: AsyncWebClient) -> str:
        call = await self._call_to_show(press)
        settings, plan = await self._service.people.settings_to_call(press.person), call.retry_plan
        form = call_form(
            Origin(
                channel=call.posted_in or call.channel,
                thread_ts=call.root_ts,
                asked_in=press.pressed_in,
                response_url=str(press.response_url) if press.response_url else None,
            ),
            number=format_international(call.recipient),
            prompt=call.prompt,
            problems={NUMBER: warning} if (warning := warning_about(call)) else {},
            chosen=Chosen(if_unanswered=plan.asked, after_voicemail=plan.after_voicemail),
            house_rules=settings.house_rules,
        )
        return await self._open(press, client, form)

    async def dial_now(self, press: Press, _: AsyncWebClient) -> str:
        postponed = await self._service.dial_now(press.call_id, press.person)
        is_on_status = press.view is None and not press.is_on_ephemeral
        if postponed is not None:
            # The status message says so itself, but shows nothing new if it said so before.
            is_seen = is_on_status and postponed.is_news
            return "" if is_seen else goes_at_opening(postponed.fact, Mrkdwn())
        # Elsewhere it is seen: the status message and the home tab change.
        return DIALING_NOW if press.is_on_ephemeral else ""

    async def cancel(self, press: Press, _: AsyncWebClient) -> str:
        await self._service.cancel(press.call_id, press.person)
        return CANCELED if press.is_on_ephemeral else ""

    async def show_transcript(self, press: Press, client: AsyncWebClient) -> str:
        return await self._show(press, client, transcript.NAME)

    async def show_details(self, press: Press, client: AsyncWebClient) -> str:
        return await self._show(press, client, details.NAME)

    async def block(self, press: Press, _: AsyncWebClient) -> str:
        call = await self._call_to_show(press)
        is_new = await self._rules.block(call.recipient, press.person)
        return blocked(call.recipient, self._command, is_new=is_new)

    async def show_more(self, press: Press, _: AsyncWebClient) -> str:
        await self._service.show_more_calls(press.person, press.count)
        return ""

    async def choose(self, press: Press, client: AsyncWebClient) -> str:
        if press.name == CALL_AGAIN:
            return await self.call_again(press, client)
        if press.name == BLOCK:
            # Of a result that the version before posted.
            return await self.block(press, client)
        return await self._show(press, client, press.name)

    async def _show(self, press: Press, client: AsyncWebClient, name: str) -> str:
        call = await self._call_to_show(press)
        if (show := _VIEWS.get(name)) is None:
            return OLD_BUTTON
        if name == transcript.NAME:
            # First, so that nobody sees one without its being known.
            await self._service.note_transcript_shown(call, press.person)
        form = await plain_for(press.person, self._service, people_named(call.reason))
        return await self._open(press, client, show(call, 0, form), call)

    async def turn_page(self, press: Press, client: AsyncWebClient) -> str:
        carried = self._service.seal.open(press.view.private_metadata) if press.view else {}
        call = await self._service.call_to_show_again(
            press.call_id, press.person, shown=carried.get(_SHOWN)
        )
        show = _VIEWS.get(press.name)
        if show is None or press.view is None:
            return OLD_BUTTON
        form = await plain_for(press.person, self._service, people_named(call.reason))
        view = self._sealed(show(call, press.page, form), call)
        request = client.views_update(view_id=press.view.id, view=view)
        return "" if await try_send(request) else NO_VIEW

    async def unknown(self, _: Press, __: AsyncWebClient) -> str:
        return OLD_BUTTON

    async def _call_to_show(self, press: Press) -> Call:
        return await self._service.call_to_show(
            press.call_id, press.person, channel=press.pressed_in
        )

    async def _open(
        self, press: Press, client: AsyncWebClient, view: dict[str, Any], shown: Call | None = None
    ) -> str:
        view = self._sealed(view, shown)
        request = client.views_open(trigger_id=press.trigger_id, view=view)
        return "" if await try_send(request) else NO_VIEW

    def _sealed(self, view: dict[str, Any], shown: Call | None) -> dict[str, Any]:
        """Return the view with a seal, and with whose call it shows, so that it turns its pages."""
        if shown is not None:
            view = {**view, "private_metadata": json.dumps({_SHOWN: str(shown.id)})}
        return sealed(view, self._service.seal)
