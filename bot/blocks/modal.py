"""The form that asks for a call: the number, what it is for, and where to post."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field
from slack_sdk.models.blocks import (
    Block,
    ContextBlock,
    ConversationFilter,
    ConversationSelectElement,
    InputBlock,
    PlainTextInputElement,
)
from slack_sdk.models.views import View

from bot.blocks.text import CONTEXT_MAX, markdown, shown
from bot.call import PROMPT_MAX

CALLBACK_ID: Final = "place_call"
NUMBER: Final = "number"
PROMPT: Final = "prompt"
PLACE: Final = "place"
_NUMBER_MAX: Final = 100
_WARNING: Final = "⚠️ "


class Origin(BaseModel):
    """Where a form was opened from, carried by it, since a submitted form names no channel.

    What it does not know is ignored: a form may have been opened by another version.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    channel: str = Field(pattern=r"^[A-Z0-9]{1,40}$")
    response_url: str | None = None


def call_form(
    origin: Origin, *, number: str = "", prompt: str = "", problems: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return the view, filled with what is known, each problem named below its field."""
    named = problems or {}
    inputs = {
        NUMBER: InputBlock(
            block_id=NUMBER,
            label="Number to ring",
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
        PLACE: InputBlock(
            block_id=PLACE,
            label="Where to post",
            hint="Leave this empty to post where you typed the command.",
            optional=True,
            element=ConversationSelectElement(
                action_id=PLACE,
                placeholder="Here",
                filter=ConversationFilter(include=["public", "private"], exclude_bot_users=True),
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
        blocks=blocks,
        private_metadata=origin.model_dump_json(),
    ).to_dict()
