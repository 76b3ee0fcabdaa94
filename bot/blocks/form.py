"""The form that asks for a call: whom, what for, where to post, when, and if nobody answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field
from slack_sdk.models.blocks import (
    Block,
    ContextBlock,
    ConversationFilter,
    ConversationSelectElement,
    DateTimePickerElement,
    InputBlock,
    Option,
    PlainTextInputElement,
    RadioButtonsElement,
)
from slack_sdk.models.views import View

from bot.blocks.text import CONTEXT_MAX, markdown, shown
from bot.core.doubt import RequestField
from bot.core.prompt import PROMPT_MAX
from bot.core.request import IfUnanswered

CALLBACK_ID: Final = "place_call"
NUMBER: Final = RequestField.NUMBER.value
PROMPT: Final = RequestField.PROMPT.value
PLACE: Final = "place"
CHANNEL: Final = RequestField.CHANNEL.value
WHEN: Final = RequestField.WHEN.value
IF_UNANSWERED: Final = "if_unanswered"

HERE: Final = "here"
ONLY_ME: Final = "only_me"
OTHER_CHANNEL: Final = "other_channel"

_NUMBER_MAX: Final = 100
_WARNING: Final = "⚠️ "
_IF_UNANSWERED: Final = {
    IfUnanswered.NOTHING: "Do nothing",
    IfUnanswered.ONCE_MORE: "Try once more in 15 minutes",
    IfUnanswered.THREE_IN_ALL: "Three attempts in all, an hour apart",
}


class Origin(BaseModel):
    """Where a form was opened from, carried by it, since a submitted form names no channel.

    Without a channel it was opened from no place in particular. `confirmed` is a number that the
    form has already asked about, `draft` what the form completes. What it does not know is ignored:
    a form may have been opened by another version.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    channel: str | None = Field(None, pattern=r"^[A-Z0-9]{1,40}$")
    thread_ts: str | None = Field(None, pattern=r"^[0-9]{1,20}\.[0-9]{1,20}$")
    response_url: str | None = None
    confirmed: str | None = Field(None, pattern=r"^\+[1-9][0-9]{4,14}$")
    draft: str | None = None


@dataclass(frozen=True)
class Chosen:
    """What a form says of where, when and how often, beside its number and its prompt."""

    place: str | None = None
    channel: str | None = None
    when: int | None = None
    if_unanswered: str | None = None


def call_form(
    origin: Origin,
    *,
    number: str = "",
    prompt: str = "",
    problems: Mapping[str, str] | None = None,
    chosen: Chosen | None = None,
) -> dict[str, Any]:
    """Return the view, filled with what is known, each problem named below its field."""
    chosen = chosen or Chosen()
    named = problems or {}
    inputs = {
        NUMBER: InputBlock(
            block_id=NUMBER,
            label="Number to call",
            element=PlainTextInputElement(
                action_id=NUMBER,
                initial_value=number[:_NUMBER_MAX] or None,
                placeholder="+1 415 555 2671",
                max_length=_NUMBER_MAX,
                focus_on_load=not number or NUMBER in named,
            ),
        ),
        PROMPT: InputBlock(
            block_id=PROMPT,
            label="What the call is for",
            hint="Say who, what and when: the AI that calls knows nothing else.",
            element=PlainTextInputElement(
                action_id=PROMPT,
                initial_value=prompt[:PROMPT_MAX] or None,
                placeholder="Book a table for Friday 7pm, two people, under Josh",
                multiline=True,
                max_length=PROMPT_MAX,
                focus_on_load=bool(number) and NUMBER not in named,
            ),
        ),
    }
    blocks: list[Block] = []
    for name, block in inputs.items():
        blocks.append(block)
        if name in named:
            trouble = shown(named[name], CONTEXT_MAX - len(_WARNING))
            blocks.append(ContextBlock(elements=[markdown(_WARNING + trouble)]))
    return View(
        type="modal",
        callback_id=CALLBACK_ID,
        title="Place a call",
        submit="Call",
        close="Cancel",
        blocks=[*blocks, *_where(origin, chosen), *_when_and_how_often(chosen)],
        private_metadata=origin.model_dump_json(exclude_none=True),
    ).to_dict()


def _where(origin: Origin, chosen: Chosen) -> list[Block]:
    places = [
        Option(value=ONLY_ME, text="Just me, in a direct message"),
        Option(value=OTHER_CHANNEL, text="Another channel"),
    ]
    if origin.channel is not None:
        words = "Here, in this thread" if origin.thread_ts else "Here, where I am now"
        places.insert(0, Option(value=HERE, text=words))
    return [
        InputBlock(
            block_id=PLACE,
            label="Where to post",
            element=RadioButtonsElement(
                action_id=PLACE, options=places, initial_option=_option(places, chosen.place)
            ),
        ),
        InputBlock(
            block_id=CHANNEL,
            label="Which channel",
            hint="Only for “Another channel”.",
            optional=True,
            element=ConversationSelectElement(
                action_id=CHANNEL,
                placeholder="Choose a channel",
                initial_conversation=chosen.channel,
                filter=ConversationFilter(include=["public", "private"], exclude_bot_users=True),
            ),
        ),
    ]


def _when_and_how_often(chosen: Chosen) -> list[Block]:
    options = [Option(value=value, text=text) for value, text in _IF_UNANSWERED.items()]
    return [
        InputBlock(
            block_id=WHEN,
            label="When to call",
            hint="Leave this empty to call now.",
            optional=True,
            element=DateTimePickerElement(action_id=WHEN, initial_date_time=chosen.when),
        ),
        InputBlock(
            block_id=IF_UNANSWERED,
            label="If nobody answers, or the line is busy",
            element=RadioButtonsElement(
                action_id=IF_UNANSWERED,
                options=options,
                initial_option=_option(options, chosen.if_unanswered),
            ),
        ),
    ]


def _option(options: Sequence[Option], value: str | None) -> Option:
    """Return the option of that value, the first if there is none."""
    return next((option for option in options if option.value == value), options[0])
