"""The submitted form: saves the call it asks for, or says at the field what is wrong."""

from typing import Any

from pydantic import SecretStr
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.blocks.form import (
    CALLBACK_ID,
    CHANNEL,
    HERE,
    IF_UNANSWERED,
    NUMBER,
    ONLY_ME,
    OTHER_CHANNEL,
    PLACE,
    PROMPT,
    WHEN,
    Origin,
)
from bot.blocks.text import clean
from bot.blocks.user_messages import CHOOSE_CHANNEL, NO_CHANNEL, not_done, not_saved
from bot.clock import utc_now
from bot.core.attempts import dial_time
from bot.core.call import CallRequest, IfUnanswered
from bot.core.errors import (
    InvalidPlace,
    InvalidRequest,
    InvalidTime,
    MembershipUnknown,
    OtherTeam,
    StoreError,
)
from bot.service import CallService, problems_of
from handlers.payloads.interactions import Submission, SubmittedView


def register(app: AsyncApp, service: CallService) -> None:
    """Answer the form's submission on `app`."""

    async def submit(ack: AsyncAck, body: dict[str, Any]) -> None:
        submission = Submission.model_validate(body)
        try:
            await service.request(_request(submission, service))
        except InvalidRequest as error:
            await ack(response_action="errors", errors=error.problems)
        except StoreError as error:
            await ack(response_action="errors", errors={PROMPT: not_saved(error)})
        except (OtherTeam, MembershipUnknown) as error:
            await ack(response_action="errors", errors={PROMPT: not_done(error)})
        else:
            await ack()

    app.view(CALLBACK_ID)(submit)


def _request(submission: Submission, service: CallService) -> CallRequest:
    """Return what the form asks for; raise `InvalidRequest` with all that is wrong with it."""
    view, user = submission.view, submission.user.id
    origin = Origin.model_validate_json(view.private_metadata)
    if not service.seal.open(view.private_metadata):
        # It is not what we put there: as if opened from no place in particular.
        origin = Origin()
    number, prompt = clean(view.text(NUMBER)), clean(view.text(PROMPT))
    problems = problems_of(number, prompt, service.region)
    channel = origin.channel or user
    try:
        channel = _place(view, origin, user)
    except InvalidPlace as error:
        problems[CHANNEL] = str(error)
    dial_at = None
    try:
        dial_at = dial_time(view.time(WHEN), utc_now())
    except InvalidTime as error:
        problems[WHEN] = str(error)
    if problems:
        raise InvalidRequest(problems)
    return CallRequest(
        # A person who saw a time-out submits the same view again: it has the same id.
        request_key=f"view:{view.id}",
        team=submission.team_id,
        enterprise=submission.person.enterprise,
        requester=user,
        channel=channel,
        thread_ts=origin.thread_ts if channel == origin.channel else None,
        recipient=number,
        prompt=prompt,
        response_url=SecretStr(origin.response_url) if origin.response_url else None,
        dial_at=dial_at,
        if_unanswered=_if_unanswered(view),
    )


def _place(view: SubmittedView, origin: Origin, user: str) -> str:
    """Return where to post: a channel, or the user for a direct message; raise `InvalidPlace`."""
    # The form of an earlier version had the channel in the place's own field.
    chosen = view.conversation(CHANNEL) or view.conversation(PLACE)
    choice = view.choice(PLACE) or (OTHER_CHANNEL if chosen else HERE)
    if choice == OTHER_CHANNEL:
        if chosen is None:
            raise InvalidPlace(CHOOSE_CHANNEL)
        return chosen
    if chosen is not None:
        raise InvalidPlace(NO_CHANNEL)
    return user if choice == ONLY_ME else origin.channel or user


def _if_unanswered(view: SubmittedView) -> IfUnanswered:
    try:
        return IfUnanswered(view.choice(IF_UNANSWERED) or IfUnanswered.NOTHING)
    except ValueError:
        # A choice of another version: better no further call than one that nobody meant.
        return IfUnanswered.NOTHING
