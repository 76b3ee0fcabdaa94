"""Errors in words: friendly, concrete, and with the next step."""

from dataclasses import replace

import pytest

from bot.blocks.words.user_messages import followed_elsewhere, not_done, not_saved, place_closed
from bot.core.calls.states import EndReason
from bot.core.errors import (
    MaybeSaved,
    NotCallOwner,
    NotSaved,
    OtherTeam,
    RingbackError,
    Unchangeable,
    UnknownCall,
    Unreadable,
)
from bot.core.links import Links
from tests.builders import NOON, a_call, a_waiting_call


def test_nothing_saved_is_said_only_where_the_commit_was_never_sent() -> None:
    words = not_saved(NotSaved("busy"))

    assert "Nothing was saved and no call was made" in words
    assert "try again" in words


def test_a_commit_that_was_not_confirmed_may_have_been_saved() -> None:
    words = not_saved(MaybeSaved("no answer"))

    assert "may have been saved" in words
    assert "before you try again" in words
    assert "Nothing was saved" not in words


def test_what_could_not_even_be_read_was_not_saved() -> None:
    assert "Nothing was saved" in not_saved(Unreadable("no answer"))


@pytest.mark.parametrize(
    ("code", "reason", "invites"),
    [
        ("not_in_channel", "I'm not a member there", True),
        ("channel_not_found", "I can't see that conversation", True),
        ("is_archived", "it's archived", False),
        ("restricted_action", "Slack doesn't let me", False),
    ],
)
def test_a_closed_place_is_named_with_its_reason(code: str, reason: str, invites: bool) -> None:
    words = place_closed(a_call(channel="C1", place_error=code))

    assert words.startswith(f"I couldn't post in <#C1> ({reason})")
    assert ("/invite @Ringback" in words) is invites


def test_a_thread_elsewhere_is_told_with_a_link_where_its_address_is_known() -> None:
    call = a_waiting_call(posted_in="CSALES", message_ts="100.1")

    assert followed_elsewhere(call, Links("https://x.slack.com/")) == (
        "☎️ Calling +1 415-555-2671. "
        "<https://x.slack.com/archives/CSALES/p1001|Follow it> in <#CSALES>."
    )
    assert followed_elsewhere(replace(call, posted_in="D1")) == (
        "☎️ Calling +1 415-555-2671. Follow it in our direct message."
    )


def test_a_direct_message_of_others_is_not_named_and_takes_no_invitation() -> None:
    words = place_closed(a_call(channel="D1", place_error="channel_not_found"))

    assert "that conversation" in words
    assert "<#D1>" not in words
    assert "/invite" not in words


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (UnknownCall("x"), "I can't find this call. Place it again"),
        (OtherTeam("x"), "Only members of the workspace that Ringback belongs to can do that."),
        (NotCallOwner("x"), "Only the person who asked for this call can do that, or an admin"),
        (
            Unchangeable(dialed_at=NOON),
            "This call was made "
            "<!date^1774897200^{date_short_pretty} at {time}|2026-03-30 19:00 UTC>.",
        ),
        (
            Unchangeable(ending=EndReason.CANCELED),
            "This call was canceled before it was dialed.",
        ),
        (
            Unchangeable(ending=EndReason.NOT_PLACED),
            "This call wasn't placed. Its thread says why.",
        ),
        (
            Unchangeable(),
            "It's too late for that: this call was already sent to CallCow, or is over.",
        ),
        (NotSaved("x"), "nothing has changed. Try again in a minute."),
        (MaybeSaved("x"), "it may or may not have been done."),
        (Unreadable("x"), "I couldn't reach my database. Try again in a minute."),
    ],
)
def test_whatever_keeps_a_button_from_working_is_said(error: RingbackError, words: str) -> None:
    assert words in not_done(error)


@pytest.mark.parametrize("error", [NotSaved("x"), MaybeSaved("x")])
def test_a_cancellation_that_was_not_saved_promises_nobody_that_no_phone_rings(
    error: RingbackError,
) -> None:
    assert "nobody" not in not_done(error)
