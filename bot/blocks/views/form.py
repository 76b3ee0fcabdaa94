"""The form that asks for a call: whom, what for, where to post, when, and if nobody answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field
from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    CheckboxesElement,
    ContextBlock,
    ConversationFilter,
    ConversationSelectElement,
    DateTimePickerElement,
    InputBlock,
    Option,
    PlainTextInputElement,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from bot.blocks.actions import IF_UNANSWERED
from bot.blocks.formatting.text import CONTEXT_MAX, cut, plain
from bot.blocks.words.house_rules import house_rules_line
from bot.core.doubt import RequestField
from bot.core.prompt import PROMPT_MAX
from bot.core.request import IfUnanswered

CALLBACK_ID: Final = "place_call"
NUMBER: Final = RequestField.NUMBER.value
PROMPT: Final = RequestField.PROMPT.value
PLACE: Final = RequestField.PLACE.value
CHANNEL: Final = RequestField.CHANNEL.value
WHEN: Final = RequestField.WHEN.value
AFTER_VOICEMAIL: Final = "after_voicemail"

HERE: Final = "here"
ONLY_ME: Final = "only_me"
OTHER_CHANNEL: Final = "other_channel"

_NUMBER_MAX: Final = 100
_WARNING: Final = "⚠️ "
_IF_UNANSWERED: Final = {
    IfUnanswered.NOTHING: "Don't retry",
    IfUnanswered.ONCE_MORE: "Retry once, after 15 minutes",
    IfUnanswered.THREE_IN_ALL: "Retry twice, an hour apart",
}


class Origin(BaseModel):
    """Where a form was opened from, carried by it, since a submitted form names no channel.

    Without a channel it was opened from no place in particular that one could post in; `asked_in`
    is the conversation all the same, if it was one. `confirmed` is a number that the
    form has already asked about, `draft` what the form completes. What it does not know is ignored:
    a form may have been opened by another version.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    channel: str | None = Field(None, pattern=r"^[A-Z0-9]{1,40}$")
    thread_ts: str | None = Field(None, pattern=r"^[0-9]{1,20}\.[0-9]{1,20}$")
    asked_in: str | None = Field(None, pattern=r"^[A-Z0-9]{1,40}$")
    response_url: str | None = None
    confirmed: str | None = Field(None, pattern=r"^\+[1-9][0-9]{4,14}$")
    draft: str | None = None


def channel_to_post_in(channel: str) -> str | None:
    """Return where a form that was opened there offers to post, None for no place in particular.

    Of a direct message it isn't known whose it is: other people's can't be posted in, and to post
    in ours is what "just me" does.
    """
    return None if channel.startswith("D") else channel


@dataclass(frozen=True)
class Chosen:
    """What a form says of where, when and how often, beside its number and its prompt."""

    place: str | None = None
    channel: str | None = None
    when: int | None = None
    if_unanswered: str | None = None
    after_voicemail: bool = False


def call_form(
    origin: Origin,
    *,
    number: str = "",
    prompt: str = "",
    problems: Mapping[str, str] | None = None,
    chosen: Chosen | None = None,
    house_rules: str = "",
) -> dict[str, Any]:
    """Return the view, filled with what is known, each problem named below its field.

    The channel is asked for only where another one than at hand was chosen. The `house_rules` stand
    below it all: they are not what the person writes.
    """
    chosen = chosen or Chosen()
    named = problems or {}
    asked = [
        *_what(number, prompt, named),
        *_where(origin, chosen),
        *_when_and_how_often(chosen),
    ]
    blocks: list[Block] = []
    for block in asked:
        blocks.append(block)
        if (trouble := named.get(block.block_id or "")) is not None:
            blocks.append(ContextBlock(elements=[plain(cut(_WARNING + trouble, CONTEXT_MAX))]))
    if house_rules:
        blocks.append(ContextBlock(elements=[plain(house_rules_line(house_rules))]))
    return View(
        type="modal",
        callback_id=CALLBACK_ID,
        title="Place a call",
        submit="Call",
        close="Cancel",
        blocks=blocks,
        private_metadata=origin.model_dump_json(exclude_none=True),
    ).to_dict()


def _what(number: str, prompt: str, named: Mapping[str, str]) -> list[Block]:
    return [
        InputBlock(
            block_id=NUMBER,
            label="Phone number",
            element=PlainTextInputElement(
                action_id=NUMBER,
                initial_value=number[:_NUMBER_MAX] or None,
                placeholder="+1 415-555-2671",
                max_length=_NUMBER_MAX,
                focus_on_load=not number or NUMBER in named,
            ),
        ),
        InputBlock(
            block_id=PROMPT,
            label="What should the AI do?",
            hint="Include names, dates and limits. The AI knows only this.",
            element=PlainTextInputElement(
                action_id=PROMPT,
                initial_value=prompt[:PROMPT_MAX] or None,
                placeholder="Book a table for Friday 7pm, two people, under Josh",
                multiline=True,
                max_length=PROMPT_MAX,
                focus_on_load=bool(number) and NUMBER not in named,
            ),
        ),
    ]


def _where(origin: Origin, chosen: Chosen) -> list[Block]:
    places = [
        Option(value=ONLY_ME, text="Just me (direct message)"),
        Option(value=OTHER_CHANNEL, text="Another channel"),
    ]
    if origin.channel is not None:
        words = "This thread" if origin.thread_ts else "This channel"
        places.insert(0, Option(value=HERE, text=words))
    place = InputBlock(
        block_id=PLACE,
        label="Post the result in",
        # The choice is told at once, since the channel is asked for only after it.
        dispatch_action=True,
        element=StaticSelectElement(
            action_id=PLACE, options=places, initial_option=_option(places, chosen.place)
        ),
    )
    if chosen.place != OTHER_CHANNEL:
        return [place]
    channel = InputBlock(
        block_id=CHANNEL,
        label="Channel",
        element=ConversationSelectElement(
            action_id=CHANNEL,
            placeholder="Choose a channel",
            initial_conversation=chosen.channel,
            filter=ConversationFilter(include=["public", "private"], exclude_bot_users=True),
        ),
    )
    return [place, channel]


def _when_and_how_often(chosen: Chosen) -> list[Block]:
    options = [Option(value=value, text=text) for value, text in _IF_UNANSWERED.items()]
    voicemail = [Option(value=AFTER_VOICEMAIL, text="Also when voicemail answers")]
    return [
        InputBlock(
            block_id=WHEN,
            label="When",
            hint="Empty = now",
            optional=True,
            element=DateTimePickerElement(action_id=WHEN, initial_date_time=chosen.when),
        ),
        InputBlock(
            block_id=IF_UNANSWERED,
            label="If there's no answer",
            element=StaticSelectElement(
                action_id=IF_UNANSWERED,
                options=options,
                initial_option=_option(options, chosen.if_unanswered),
            ),
        ),
        # Not an input block: the box says all that a label would.
        ActionsBlock(
            block_id=AFTER_VOICEMAIL,
            elements=[
                CheckboxesElement(
                    action_id=AFTER_VOICEMAIL,
                    options=voicemail,
                    initial_options=voicemail if chosen.after_voicemail else None,
                )
            ],
        ),
    ]


def _option(options: Sequence[Option], value: str | None) -> Option:
    """Return the option of that value, the first if there is none."""
    return next((option for option in options if option.value == value), options[0])
