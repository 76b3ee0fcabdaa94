"""The ids of what can be pressed or chosen: buttons carry these and a call's id, never data."""

from typing import Final

from slack_sdk.models.blocks import ButtonElement, ConfirmObject

from bot.blocks.formatting.text import BUTTON_MAX, cut
from bot.core.calls.call import Call
from bot.core.phone import format_international

PLACE_CALL: Final = "place_call"
CALL_AGAIN: Final = "call_again"
DRAFT_CALL: Final = "draft_call"
DRAFT_EDIT: Final = "draft_edit"
DRAFT_CANCEL: Final = "draft_cancel"
APPROVE: Final = "approve"
DECLINE: Final = "decline"
OPEN_SETTINGS: Final = "open_settings"
# As an earlier version named it; its value is the id of a draft as well.
COMPLETE: Final = "complete_call"
DIAL_NOW: Final = "dial_now"
CANCEL: Final = "cancel_call"
TRANSCRIPT: Final = "transcript"
DETAILS: Final = "details"
MORE: Final = "more"
BLOCK: Final = "block"
PAGE: Final = "page"
IF_UNANSWERED: Final = "if_unanswered"
SHOW_MORE: Final = "show_more"
# Of the buttons below a page, since no two of a view may have the same id.
BOTTOM: Final = ":bottom"

# Shortcuts; the manifest names them too.
CALL_ABOUT_MESSAGE: Final = "call_about_message"


def button(
    text: str, action_id: str, call: Call, label: str, style: str | None = None
) -> ButtonElement:
    """Return a button about `call`; `label` is what a screen reader says, its text first.

    Whoever speaks to their computer presses a button by its text.
    """
    return ButtonElement(
        text=cut(text, BUTTON_MAX),
        action_id=action_id,
        value=str(call.id),
        style=style,
        accessibility_label=cut(label, BUTTON_MAX),
    )


def place_call_button() -> ButtonElement:
    """Return the button that opens the form."""
    return ButtonElement(
        text="Place a call",
        action_id=PLACE_CALL,
        style="primary",
        accessibility_label="Place a call: open the form",
    )


def settings_button(text: str = "Settings", style: str | None = None) -> ButtonElement:
    """Return the button that opens the settings, for admins."""
    return ButtonElement(
        text=text,
        action_id=OPEN_SETTINGS,
        style=style,
        accessibility_label=f"{text}: open the settings of this workspace",
    )


def cancel_button(call: Call, place: int | None = None) -> ButtonElement:
    """Return the button that cancels a call before it is dialed, which asks once more first.

    `place` is the call's in a list, where no two buttons may have the same id.
    """
    action_id = CANCEL if place is None else f"{CANCEL}:{place}"
    number, is_first = format_international(call.recipient), call.attempt_number == 1
    made = button(
        "Cancel" if is_first else "Stop trying",
        action_id,
        call,
        f"Cancel the call to {number}" if is_first else f"Stop trying to call {number}",
        "danger",
    )
    made.confirm = ConfirmObject(
        title="Cancel this call?" if is_first else "Stop trying?",
        text=f"No {'' if is_first else 'further '}call will be made to {number}.",
        confirm="Cancel the call" if is_first else "Stop trying",
        deny="Keep it" if is_first else "Keep trying",
        style="danger",
    )
    return made


def block_button(call: Call) -> ButtonElement:
    """Return the button that keeps the number of a call from being called, which asks once more."""
    number = format_international(call.recipient)
    made = button("Never call again", BLOCK, call, f"Never call again: {number}")
    made.confirm = ConfirmObject(
        title="Never call this number?",
        text=f"Nobody here will be able to call {number} until an admin unblocks it.",
        confirm="Never call it",
        deny="Cancel",
        style="danger",
    )
    return made
