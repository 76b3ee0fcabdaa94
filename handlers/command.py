"""The slash command: places a call at once if it is unambiguous, else opens the form.

`/call NUMBER PROMPT` is saved and acknowledged; `/call` alone, and whatever is ambiguous, opens the
form filled with what was given and with the problems named, at a closed hour also with the next
opening; `/call list` shows a person's calls and `/call help` explains, to that person only, and a
greeting is answered.
"""

from typing import Any

from pydantic import SecretStr
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.formatting.text import unescape
from bot.blocks.messages.drafts import friendly_answer, not_to_call
from bot.blocks.messages.help import help_message
from bot.blocks.messages.no_key import no_key
from bot.blocks.views.form import Chosen, Origin, call_form, channel_to_post_in
from bot.blocks.views.home import list_message
from bot.blocks.words.policy import NEUTRAL, Plain, at_opening
from bot.blocks.words.problems import doubts_by_field
from bot.blocks.words.reasons import people_named
from bot.blocks.words.user_messages import NO_FORM, not_done, not_saved
from bot.core.draft import DraftKind
from bot.core.errors import (
    MembershipUnknown,
    NoCallCowKey,
    NotAdmin,
    NotAllowed,
    OtherTeam,
    StoreError,
)
from bot.core.policy.decision import AtAnotherTime
from bot.core.reading.reader import Reading, read_request
from bot.core.reading.small_talk import small_talk
from bot.core.request import CallRequest
from bot.core.workspace_settings import WorkspaceSettings
from bot.service.calls import CallService
from bot.service.rules import RulesService
from bot.service.settings import SettingsService
from handlers.payloads.slash_command import SlashCommand
from handlers.rules_command import answer_rules
from handlers.views import plain_for, sealed, try_send


def register(
    app: AsyncApp,
    service: CallService,
    rules: RulesService,
    settings_service: SettingsService,
    name: str,
) -> None:
    """Answer the slash command `name` on `app`."""

    async def answer(ack: AsyncAck, command: dict[str, Any], client: AsyncWebClient) -> None:
        typed = SlashCommand.model_validate(command)
        text = unescape(typed.text).strip()
        if (kind := small_talk(text)) is not None:
            await _small_talk(ack, kind, typed, service, name)
            return
        if await _rules(ack, text, typed, rules, name):
            return
        try:
            settings = await service.people.settings_of(typed.person)
            reading = read_request(text, settings.region)
            service.check_number(reading, settings.region)
            request = _request(typed, reading)
            if reading.asks_for_no_call:
                await ack(text=not_to_call(reading.number, name))
                return
            if request is None:
                # The form shows house rules, which are told to nobody else.
                await service.people.admit(typed.person)
                settings = await service.people.settings_to_call(typed.person)
                form = _form(typed, reading, settings.house_rules)
                await _open_form(ack, client, name, typed, sealed(form, service.seal))
                return
            await service.request(request)
        except StoreError as error:
            await ack(text=not_saved(error))
        except NotAllowed as error:
            if await offered(typed, reading, error, settings, client):
                await ack()
            else:
                await ack(text=not_done(error))
        except NoCallCowKey as error:
            # Nobody is offered what they would be refused.
            message = no_key(error, can_enter=await settings_service.may_change(typed.person))
            await ack(text=message.text, blocks=message.blocks)
        except (OtherTeam, MembershipUnknown) as error:
            await ack(text=not_done(error))
        else:
            await ack()

    async def offered(
        typed: SlashCommand,
        reading: Reading,
        error: NotAllowed,
        settings: WorkspaceSettings,
        client: AsyncWebClient,
    ) -> bool:
        """Open the form for the next opening; return whether that is possible and was done."""
        if not isinstance(error.decision, AtAnotherTime):
            return False
        form = await plain_for(typed.person, service)
        filled = _form(typed, reading, settings.house_rules, error.decision, form)
        view = sealed(filled, service.seal)
        return await try_send(client.views_open(trigger_id=typed.trigger_id, view=view))

    app.command(name)(answer)


async def _small_talk(
    ack: AsyncAck, kind: DraftKind, typed: SlashCommand, service: CallService, name: str
) -> None:
    match kind:
        case DraftKind.HELP:
            await _help(ack, typed, service, name)
        case DraftKind.LIST:
            await _list(ack, typed, service)
        case _:
            await ack(text=friendly_answer(kind, name))


async def _help(ack: AsyncAck, typed: SlashCommand, service: CallService, name: str) -> None:
    try:
        await service.people.admit(typed.person)
        settings = await service.people.settings_of(typed.person)
    except (StoreError, OtherTeam, MembershipUnknown) as error:
        await ack(text=not_done(error))
    else:
        needs_approval = settings.policy.approval
        message = help_message(name, settings.house_rules, needs_approval=needs_approval)
        await ack(text=message.text, blocks=message.blocks)


async def _rules(
    ack: AsyncAck, text: str, typed: SlashCommand, rules: RulesService, name: str
) -> bool:
    """Do what is typed if it is about the rules; return whether it was."""
    try:
        told = await answer_rules(text, typed.person, rules, name)
    except (StoreError, OtherTeam, MembershipUnknown, NotAdmin) as error:
        told = not_done(error)
    if told is not None:
        await ack(text=told)
    return told is not None


async def _list(ack: AsyncAck, typed: SlashCommand, service: CallService) -> None:
    try:
        calls = await service.calls_of(typed.person)
        links = await service.people.links_of(typed.person)
        named = {each for call in calls.recent for each in people_named(call.reason)}
        form = await plain_for(typed.person, service, named)
    except (StoreError, OtherTeam, MembershipUnknown) as error:
        await ack(text=not_done(error))
    else:
        in_all = calls.waiting_in_all, calls.scheduled_in_all
        message = list_message(calls.scheduled, calls.recent, links, form, in_all=in_all)
        await ack(text=message.text, blocks=message.blocks)


def _request(typed: SlashCommand, reading: Reading) -> CallRequest | None:
    """Return what is asked for, None if that is not certain."""
    if reading.recipient is None or not reading.is_unambiguous:
        return None
    return CallRequest(
        request_key=f"command:{typed.trigger_id}",
        team=typed.team_id,
        enterprise=typed.enterprise_id,
        installed_in=typed.installed_in,
        requester=typed.user_id,
        channel=typed.channel_id,
        recipient=reading.recipient,
        prompt=reading.prompt,
        response_url=SecretStr(str(typed.response_url)) if typed.response_url else None,
    )


def _form(
    typed: SlashCommand,
    reading: Reading,
    house_rules: str,
    closed: AtAnotherTime | None = None,
    form: Plain = NEUTRAL,
) -> dict[str, Any]:
    url = str(typed.response_url) if typed.response_url else None
    is_empty = not reading.number and not reading.prompt
    problems = {} if is_empty else doubts_by_field(reading.doubts)
    return call_form(
        Origin(
            channel=channel_to_post_in(typed.channel_id),
            asked_in=typed.channel_id,
            response_url=url,
            confirmed=reading.asked_about,
        ),
        number=reading.number,
        prompt=reading.prompt,
        problems=problems | (at_opening(closed.fact, form) if closed else {}),
        chosen=Chosen(when=int(closed.opens_at.timestamp())) if closed else None,
        house_rules=house_rules,
    )


async def _open_form(
    ack: AsyncAck, client: AsyncWebClient, name: str, typed: SlashCommand, view: dict[str, Any]
) -> None:
    if await try_send(client.views_open(trigger_id=typed.trigger_id, view=view)):
        await ack()
    else:
        await ack(text=f"{NO_FORM}, or type `{name} NUMBER WHAT THE CALL IS FOR`.")
