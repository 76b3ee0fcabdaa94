"""The words for each outcome: the whole table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks.words.outcomes import Wording, how_it_ended, how_it_went
from bot.core.calls.result import CallResult
from bot.core.calls.states import EndReason
from tests.builders import a_call_with_result, an_ended_call

STATUSES = st.text(max_size=20) | st.sampled_from(
    ["success", "not_picked_up", "voicemail", "completed", "busy", "failed"]
)


def words_of(call_status: str, provider_status: str = "") -> str:
    """Return the icon and the words for two statuses."""
    shown = how_it_went(CallResult(call_status=call_status, provider_status=provider_status))
    return f"{shown.icon} {shown.words}"


@pytest.mark.parametrize(
    ("call_status", "provider_status", "words"),
    [
        ("success", "completed", "✅ Completed"),
        ("not_picked_up", "no-answer", "📵 No answer"),
        ("not_picked_up", "busy", "⏳ Line busy"),
        ("not_picked_up", "failed", "❌ Call failed"),
        ("not_picked_up", "canceled", "🚫 Canceled"),
        ("voicemail", "completed", "📼 Reached voicemail"),
    ],
)
def test_each_row_of_the_table_has_its_words(
    call_status: str, provider_status: str, words: str
) -> None:
    assert words_of(call_status, provider_status) == words


@pytest.mark.parametrize(
    ("call_status", "words"),
    [
        ("success", "✅ Completed"),
        ("not_picked_up", "📵 Not picked up"),
        ("voicemail", "📼 Reached voicemail"),
    ],
)
def test_a_known_status_without_the_providers_has_words_of_its_own(
    call_status: str, words: str
) -> None:
    assert words_of(call_status) == words


@pytest.mark.parametrize(
    ("call_status", "provider_status", "words"),
    [
        ("success", "no-answer", "✅ Completed (no-answer)"),
        ("not_picked_up", "completed", "📵 Not picked up (completed)"),
        ("not_picked_up", "rejected", "📵 Not picked up (rejected)"),
        ("voicemail", "busy", "📼 Reached voicemail (busy)"),
    ],
)
def test_a_known_status_beside_an_unknown_one_shows_the_other_as_it_came(
    call_status: str, provider_status: str, words: str
) -> None:
    assert words_of(call_status, provider_status) == words


@pytest.mark.parametrize(
    ("call_status", "provider_status", "words"),
    [
        ("paused", "", "☎️ paused"),
        ("paused", "completed", "☎️ paused (completed)"),
        ("SUCCESS", "completed", "☎️ SUCCESS (completed)"),
        ("<!channel>", "", "☎️ <!channel>"),
        ("", "", "☎️ Ended"),
        ("", "completed", "☎️ Ended (completed)"),
        ("\u202e\n", "", "☎️ Ended"),
    ],
)
def test_an_unknown_status_is_shown_as_it_came(
    call_status: str, provider_status: str, words: str
) -> None:
    assert words_of(call_status, provider_status) == words


@pytest.mark.parametrize(
    ("ending", "wording"),
    [
        (EndReason.NOT_PLACED, Wording("⚠️", "Not placed")),
        (EndReason.CANCELED, Wording("🚫", "Canceled before dialing")),
        (EndReason.NO_RESULT, Wording("❓", "No result received")),
    ],
)
def test_a_call_without_a_result_says_so(ending: EndReason, wording: Wording) -> None:
    assert how_it_ended(an_ended_call(ending)) == wording


def test_a_call_with_a_result_ended_as_the_result_says() -> None:
    call = a_call_with_result({"call_status": "voicemail", "provider_status": "parked"})

    assert how_it_ended(call) == Wording("📼", "Reached voicemail (parked)")


def test_a_call_whose_result_is_missing_just_ended() -> None:
    assert how_it_ended(an_ended_call(result=None)) == Wording("☎️", "Ended")


@given(call_status=STATUSES, provider_status=STATUSES)
def test_every_pair_of_statuses_has_words(call_status: str, provider_status: str) -> None:
    shown = how_it_went(CallResult(call_status=call_status, provider_status=provider_status))

    assert shown.icon
    assert shown.words.isprintable()
