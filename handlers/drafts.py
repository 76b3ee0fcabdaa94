"""The buttons of answers to messages: **Call** and **Cancel** decide, **Edit** opens the form."""

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.actions import COMPLETE, DRAFT_CALL, DRAFT_CANCEL, DRAFT_EDIT
from bot.blocks.views.form import Chosen, Origin, call_form
from bot.blocks.words.problems import doubts_by_field
from bot.blocks.words.user_messages import NO_VIEW
from bot.clock import utc_now
from bot.service.calls import CallService
from bot.service.drafts import DraftService
from handlers.buttons import listener
from handlers.payloads.presses import Press
from handlers.views import sealed, try_send


def register(app: AsyncApp, service: CallService, drafts: DraftService) -> None:
    """Answer the buttons of drafts on `app`."""

    async def call(press: Press, _: AsyncWebClient) -> str:
        # What comes of it is seen where the button stands.
        await drafts.call(press.call_id, press.person)
        return ""

    async def cancel(press: Press, _: AsyncWebClient) -> str:
        await drafts.cancel(press.call_id, press.person)
        return ""

    async def edit(press: Press, client: AsyncWebClient) -> str:
        draft = await drafts.draft_to_edit(press.call_id, press.person)
        settings = await service.people.settings_to_call(press.person)
        offered = draft.call_at(utc_now())
        form = call_form(
            Origin(channel=draft.channel, thread_ts=draft.thread_ts, draft=str(draft.id)),
            number=draft.number or "",
            prompt=draft.prompt or "",
            problems=doubts_by_field(draft.doubts),
            chosen=Chosen(when=int(offered.timestamp())) if offered else None,
            house_rules=settings.house_rules,
        )
        view = sealed(form, service.seal)
        shown = await try_send(client.views_open(trigger_id=press.trigger_id, view=view))
        return "" if shown else NO_VIEW

    app.action(DRAFT_CALL)(listener(call))
    app.action(DRAFT_CANCEL)(listener(cancel))
    app.action(DRAFT_EDIT)(listener(edit))
    app.action(COMPLETE)(listener(edit))
