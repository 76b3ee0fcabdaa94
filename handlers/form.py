"""The form: saves the call that it asks for, or says at the field what is wrong.

A number that is possible but unknown is asked back once: the form comes again with a word about
it, and is placed when it is submitted with the same number. The channel is asked for once another
one is chosen.
"""

from typing import Any, Final

from pydantic import SecretStr
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.actions import IF_UNANSWERED
from bot.blocks.formatting.text import clean
from bot.blocks.views.form import (
    AFTER_VOICEMAIL,
    CALLBACK_ID,
    CHANNEL,
    HERE,
    NUMBER,
    ONLY_ME,
    OTHER_CHANNEL,
    PLACE,
    PROMPT,
    WHEN,
    Chosen,
    Origin,
    call_form,
)
from bot.blocks.words.policy import by_rule
from bot.blocks.words.problems import by_field, doubts_by_field
from bot.blocks.words.reasons import people_in_fact
from bot.blocks.words.user_messages import not_done, not_saved
from bot.clock import utc_now
from bot.core.doubt import PlaceProblem, Problem, RequestField
from bot.core.errors import (
    DraftCanceled,
    DraftReplaced,
    DraftTaken,
    InvalidPlace,
    InvalidRequest,
    InvalidTime,
    MembershipUnknown,
    NoCallCowKey,
    NotAllowed,
    NotDraftOwner,
    OtherTeam,
    RingbackError,
    StoreError,
)
from bot.core.prompt import doubt_about_prompt, tidy_prompt
from bot.core.reading.reader import Reading, read_number
from bot.core.request import CallRequest, IfUnanswered, dial_time
from bot.service.calls import CallService
from bot.service.drafts import DraftService
from handlers.payloads.forms import FilledView, FormPress, Submission
from handlers.views import plain_for, sealed, try_send

# What became of a draft while its form was open.
_DECIDED: Final = (DraftCanceled, DraftReplaced, DraftTaken)


def register(app: AsyncApp, service: CallService, drafts: DraftService) -> None:
    """Answer the form's submission and its choices on `app`."""

    async def submit(ack: AsyncAck, body: dict[str, Any]) -> None:
        submission = Submission.model_validate(body)
        origin = _origin(submission.view, service)
        text = clean(submission.view.text(NUMBER))
        try:
            settings = await service.people.settings_to_call(submission.person)
            number = read_number(text, settings.region, confirmed=origin.confirmed)
            service.check_number(number, settings.region)
            request = _request(submission, origin, number)
            if number.asked_about:
                asked = origin.model_copy(update={"confirmed": number.asked_about})
                doubts = doubts_by_field(number.doubts)
                form = _form_again(submission.view, asked, doubts, settings.house_rules)
                await ack(response_action="update", view=sealed(form, service.seal))
                return
            if origin.draft is None:
                await service.request(request)
            else:
                await drafts.submit(origin.draft, request, submission.view.id)
        except InvalidRequest as error:
            await ack(response_action="errors", errors=by_field(error.problems))
        except NotAllowed as error:
            named = people_in_fact(error.decision.fact)
            words = await plain_for(submission.person, service, named)
            errors = by_rule(error.decision.fact, utc_now(), words)
            await ack(response_action="errors", errors=errors)
        except StoreError as error:
            await ack(response_action="errors", errors={PROMPT: not_saved(error)})
        except (OtherTeam, MembershipUnknown, NoCallCowKey, NotDraftOwner, *_DECIDED) as error:
            await ack(response_action="errors", errors={PROMPT: not_done(error)})
        else:
            await ack()

    async def place_chosen(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        press = FormPress.model_validate(body)
        view = press.view
        origin = _origin(view, service)
        try:
            settings = await service.people.settings_of(press.person)
        except RingbackError:
            # Its submission says what to do.
            await ack()
            return
        doubts = _doubts(view, origin, settings.region)
        form = sealed(_form_again(view, origin, doubts, settings.house_rules), service.seal)
        # A form that changed meanwhile is brought up to date by whatever changed it; where Slack
        # refuses otherwise, its submission says what to do.
        await try_send(client.views_update(view_id=view.id, hash=view.hash, view=form))
        await ack()

    async def voicemail_chosen(ack: AsyncAck) -> None:
        await ack()

    app.view(CALLBACK_ID)(submit)
    app.action(PLACE)(place_chosen)
    app.action(AFTER_VOICEMAIL)(voicemail_chosen)


def _origin(view: FilledView, service: CallService) -> Origin:
    """Return where the form was opened from; one that we did not seal, from nowhere."""
    if not service.seal.open(view.private_metadata):
        return Origin()
    return Origin.model_validate_json(view.private_metadata)


def _request(submission: Submission, origin: Origin, number: Reading) -> CallRequest:
    """Return what the form asks for; raise `InvalidRequest` with all that is wrong with it.

    That a number is unknown is not wrong: it is asked about once nothing else is.
    """
    view, user = submission.view, submission.user.id
    prompt = tidy_prompt(clean(view.text(PROMPT)))
    problems: dict[RequestField, tuple[Problem, ...]] = {}
    if number.doubts and not number.is_confirmable:
        problems[RequestField.NUMBER] = number.doubts
    if doubt := doubt_about_prompt(prompt):
        problems[RequestField.PROMPT] = (doubt,)
    channel = origin.channel or user
    try:
        channel = _channel(view, origin, user)
    except InvalidPlace as error:
        is_asked = error.problem is PlaceProblem.CHANNEL_MISSING
        problems[RequestField.CHANNEL if is_asked else RequestField.PLACE] = (error.problem,)
    dial_at = None
    try:
        dial_at = dial_time(view.time(WHEN), utc_now())
    except InvalidTime as error:
        problems[RequestField.WHEN] = (error.problem,)
    if problems or number.recipient is None:
        raise InvalidRequest(problems)
    return CallRequest(
        # A person who saw a time-out submits the same view again: it has the same id.
        request_key=f"draft:{origin.draft}" if origin.draft else f"view:{view.id}",
        team=submission.team_id,
        enterprise=submission.person.enterprise,
        installed_in=submission.installed_in,
        requester=user,
        channel=channel,
        thread_ts=origin.thread_ts if channel == origin.channel else None,
        recipient=number.recipient,
        prompt=prompt,
        response_url=SecretStr(origin.response_url) if origin.response_url else None,
        dial_at=dial_at,
        if_unanswered=_if_unanswered(view),
        after_voicemail=view.is_checked(AFTER_VOICEMAIL),
        asked_in=origin.asked_in,
    )


def _form_again(
    view: FilledView, origin: Origin, problems: dict[str, str], house_rules: str
) -> dict[str, Any]:
    """Return the form as it is filled in, with what is doubtful about it."""
    return call_form(
        origin,
        number=clean(view.text(NUMBER)),
        prompt=clean(view.text(PROMPT)),
        problems=problems,
        chosen=Chosen(
            place=view.choice(PLACE),
            channel=view.conversation(CHANNEL),
            when=view.time(WHEN),
            if_unanswered=view.choice(IF_UNANSWERED),
            after_voicemail=view.is_checked(AFTER_VOICEMAIL),
        ),
        house_rules=house_rules,
    )


def _doubts(view: FilledView, origin: Origin, region: str) -> dict[str, str]:
    """Return what is doubtful about the number in a form that is still being filled in."""
    text = clean(view.text(NUMBER))
    doubts = read_number(text, region, confirmed=origin.confirmed).doubts if text else ()
    return doubts_by_field(doubts)


def _channel(view: FilledView, origin: Origin, user: str) -> str:
    """Return where to post: a channel, or the user for a direct message; raise `InvalidPlace`."""
    # The form of an earlier version had the channel in the place's own field.
    chosen = view.conversation(CHANNEL) or view.conversation(PLACE)
    choice = view.choice(PLACE) or (OTHER_CHANNEL if chosen else HERE)
    if choice == ONLY_ME:
        return user
    if choice == HERE:
        return origin.channel or user
    if chosen is not None:
        return chosen
    asked = view.has(CHANNEL)
    raise InvalidPlace(PlaceProblem.CHANNEL_MISSING if asked else PlaceProblem.CHANNEL_NOT_ASKED)


def _if_unanswered(view: FilledView) -> IfUnanswered:
    try:
        return IfUnanswered(view.choice(IF_UNANSWERED) or IfUnanswered.NOTHING)
    except ValueError:
        # A choice of another version: better no further call than one that nobody meant.
        return IfUnanswered.NOTHING
