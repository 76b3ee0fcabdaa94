"""The submitted form: saves the call it asks for, or says at the field what is wrong."""

from typing import Any

from pydantic import SecretStr
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.blocks.modal import CALLBACK_ID, NUMBER, PLACE, PROMPT, Origin
from bot.blocks.problem import not_saved
from bot.blocks.text import clean
from bot.call import CallRequest
from bot.errors import InvalidRequest, StoreError
from bot.service import CallService
from handlers.payload import Submission


def register(app: AsyncApp, service: CallService) -> None:
    """Answer the form's submission on `app`."""

    async def submit(ack: AsyncAck, body: dict[str, Any]) -> None:
        submission = Submission.model_validate(body)
        try:
            await service.request(_request(submission))
        except InvalidRequest as error:
            await ack(response_action="errors", errors=error.problems)
        except StoreError as error:
            await ack(response_action="errors", errors={PROMPT: not_saved(error)})
        else:
            await ack()

    app.view(CALLBACK_ID)(submit)


def _request(submission: Submission) -> CallRequest:
    view = submission.view
    origin = Origin.model_validate_json(view.private_metadata)
    return CallRequest(
        # A person who saw a time-out submits the same view again: it has the same id.
        request_key=f"view:{view.id}",
        team=submission.team_id,
        enterprise=submission.enterprise.id if submission.enterprise else None,
        requester=submission.user.id,
        channel=view.conversation(PLACE) or origin.channel,
        recipient=clean(view.text(NUMBER)),
        prompt=clean(view.text(PROMPT)),
        response_url=SecretStr(origin.response_url) if origin.response_url else None,
    )
