"""Every error in words for the person it concerns: what went wrong and what to do next."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from bot.blocks.formatting.inline import as_text
from bot.blocks.formatting.text import date, shown
from bot.blocks.words.erased import ERASED, number_of
from bot.blocks.words.outcomes import how_it_ended
from bot.blocks.words.policy import Mrkdwn, not_allowed
from bot.blocks.words.standing import standing_line
from bot.core.approval import ApprovalState
from bot.core.calls.call import Call
from bot.core.calls.states import EndReason
from bot.core.errors import (
    ApprovalDecided,
    AwaitsApproval,
    ContentErased,
    DraftCanceled,
    DraftExpired,
    DraftReplaced,
    DraftTaken,
    KeyNotTried,
    KeyRefused,
    MaybeSaved,
    MembershipUnknown,
    NoCallCowKey,
    NotAdmin,
    NotAllowed,
    NotApprover,
    NotCallOwner,
    NotDraftOwner,
    NotSaved,
    NotSettingsAdmin,
    NotShownHere,
    OtherTeam,
    OwnApproval,
    RingbackError,
    SettingsChanged,
    StoreError,
    Unchangeable,
    UnknownCall,
)
from bot.core.links import NO_LINKS, Links

NOT_SAVED: Final = (
    "I couldn't reach my database. Nothing was saved and no call was made; try again."
)
MAYBE_SAVED: Final = (
    "My database didn't confirm this call, so it may have been saved. "
    "Look for it in the channel before you try again."
)
NO_FORM: Final = "I couldn't open the form: Slack didn't answer in time. Try again"
NO_VIEW: Final = "I couldn't show that: Slack didn't answer in time. Try again."
NOT_INSTALLED: Final = (
    "Ringback was removed from this workspace, so I can't do that. An admin can add it again."
)
OLD_BUTTON: Final = (
    "This button is from another version of Ringback and no longer works. "
    "Place a call with the shortcut, or see your calls in my home tab."
)
DIALING_NOW: Final = "Calling now. The status message shows how it's going."
CANCELED: Final = "Canceled. No call will be made."

_REASONS: Final = {
    "not_in_channel": "I'm not a member there",
    "channel_not_found": "I can't see that conversation",
    "is_archived": "it's archived",
    "messages_tab_disabled": "messages to me are turned off",
    "thread_not_found": "the thread is gone",
}
# So many of those who can help are named.
_NAMED_MAX: Final = 5
_INVITABLE: Final = {"not_in_channel", "channel_not_found"}


# What is said of each error whatever it holds; one that is not here counts as its base.
_SENTENCES: Final[Mapping[type[RingbackError], str]] = {
    UnknownCall: "I can't find this call. Place it again.",
    ContentErased: f"{ERASED} Place a new call.",
    OtherTeam: (
        "Only members of the workspace that Ringback belongs to can do that. "
        "Ask one of them to do it for you."
    ),
    MembershipUnknown: (
        "Slack didn't tell me whether you belong to this workspace, so I did nothing. "
        "Try again in a minute."
    ),
    NotShownHere: (
        "I show a call only in the channel that it belongs to. "
        "Anywhere else, only the person who asked for it can see it."
    ),
    NotDraftOwner: "Only the person who wrote that message can do this.",
    DraftExpired: (
        "This has expired. Open the form with my shortcut *Place a call*, or write to me again."
    ),
    DraftTaken: "You've already placed this call. Its thread shows what came of it.",
    DraftReplaced: "My latest reply replaces this one. Use that instead.",
    OwnApproval: "You can't approve or decline your own call. Somebody else has to.",
    NotApprover: "Only the people chosen as approvers can approve or decline calls here.",
    AwaitsApproval: "This call is waiting until somebody else approves it.",
    NotAdmin: (
        "Only an admin of Ringback can do that. Admins of this Slack workspace can name "
        "one, in my home tab under Settings."
    ),
    NotSettingsAdmin: (
        "Only an admin of this Slack workspace, or of Ringback, can see or change its settings."
    ),
    SettingsChanged: "Somebody else changed the settings in the meantime. Open them again.",
    NotCallOwner: "Only the person who asked for this call can do that, or an admin of Ringback.",
    DraftCanceled: "You canceled this. Write to me again to place the call.",
    Unchangeable: (
        "It's too late for that: this call was already sent to CallCow, or is over. "
        "Its thread shows how it's going."
    ),
    NotSaved: "I couldn't reach my database, so nothing has changed. Try again in a minute.",
    MaybeSaved: (
        "My database didn't confirm that, so it may or may not have been done. "
        "The call's thread shows it within a minute; if it doesn't, try again."
    ),
    StoreError: "I couldn't reach my database. Try again in a minute.",
}


def not_done(error: RingbackError) -> str:
    """Return why a button did nothing, and what to do instead."""
    match error:
        case NotAllowed():
            return not_allowed(error.decision.fact, Mrkdwn())
        case ApprovalDecided():
            return _decided(error)
        case NoCallCowKey():
            return _no_key(error)
        case KeyRefused():
            return f"CallCow didn't accept this key, so nothing was saved. CallCow says: {error}"
        case KeyNotTried():
            return (
                f"I couldn't check this key, so nothing was saved ({error}). Try again in a minute."
            )
        case Unchangeable(ending=EndReason.CANCELED):
            return "This call was canceled before it was dialed."
        case Unchangeable(ending=EndReason.NOT_PLACED):
            return "This call wasn't placed. Its thread says why."
        case Unchangeable(dialed_at=datetime() as dialed_at):
            return f"This call was made {date(dialed_at)}."
        case _:
            known = (_SENTENCES.get(kind) for kind in type(error).__mro__)
            return next(filter(None, known), f"That didn't work: {error}")


def _no_key(error: NoCallCowKey) -> str:
    """Return who can let calls be made."""
    named = ", ".join(f"<@{admin}>" for admin in sorted(error.admins)[:_NAMED_MAX])
    who = f"{named} or another admin of this workspace" if named else "An admin of this workspace"
    return (
        "I can't make calls here yet: this workspace has no CallCow key. "
        f"{who} can enter it in my home tab, under *Settings*. Nothing was saved."
    )


def _decided(error: ApprovalDecided) -> str:
    """Return why an approval cannot be decided any more."""
    # Who decided may have been forgotten since.
    by = f" by <@{error.by}>" if error.by else ""
    match error.state:
        case ApprovalState.APPROVED:
            return f"This call was already approved{by}."
        case ApprovalState.DECLINED:
            return f"This call was already declined{by}."
        case ApprovalState.EXPIRED:
            return "This has expired. Nobody decided within a day, so no call was made."
        case _:
            return "There's nothing left to decide: this call was canceled, or is over."


def not_saved(error: StoreError) -> str:
    """Return whether a request may have been saved, and what to do."""
    return MAYBE_SAVED if isinstance(error, MaybeSaved) else NOT_SAVED


def place_closed(call: Call) -> str:
    """Return why a call's thread is not where it was asked for, and how it can be, as mrkdwn."""
    is_channel = call.channel.startswith(("C", "G"))
    place = f"<#{call.channel}>" if is_channel else "that conversation"
    code = call.place_error or ""
    reason = _REASONS.get(code, "Slack doesn't let me")
    invite = " To have it there next time, type `/invite @Ringback` in that channel."
    return (
        f"I couldn't post in {place} ({reason}), so this call's thread is in our direct message."
        f"{invite if is_channel and code in _INVITABLE else ''}"
    )


def followed_elsewhere(call: Call, links: Links = NO_LINKS) -> str:
    """Return where a call's thread is that was asked for in another place, as mrkdwn."""
    is_channel = (call.posted_in or "").startswith(("C", "G"))
    place = f"in <#{call.posted_in}>" if is_channel else "in our direct message"
    url = links.to_status(call)
    return (
        f"{as_text(standing_line(call))}. {f'<{url}|Follow it>' if url else 'Follow it'} {place}."
    )


def result_not_shown(call: Call) -> str:
    """Return how a call ended whose result cannot be shown as it should be."""
    words, number = shown(how_it_ended(call).words, 150), number_of(call)
    return f"<@{call.requester}> {words} · {number}. I can't show more of its result here."
