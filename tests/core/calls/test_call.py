"""A call: which step comes next, what there is to say of it, and what a prompt must be."""

from datetime import timedelta
from typing import Final

import pytest
from pydantic import SecretStr

from bot.core.calls.call import Call
from bot.core.calls.states import EndReason, NextStep, Progress, State
from tests.builders import (
    NOON,
    PROMPT,
    a_call,
    a_request,
    a_waiting_call,
    an_announced_call,
    an_ended_call,
)

TWO_HOURS: Final = timedelta(hours=2)
MOMENT: Final = timedelta(microseconds=1)
SECRET: Final = "hunter2"


def next_step(
    call: Call, *, after: timedelta = timedelta(0), is_repeatable: bool = False
) -> NextStep:
    """Return the next step of a call so long after noon."""
    return call.next_step(NOON + after, result_timeout=TWO_HOURS, is_repeatable=is_repeatable)


# A new call


def test_a_new_call_is_due_at_once() -> None:
    call = Call.new(a_request(), NOON)

    assert call.state is State.REQUESTED
    assert (call.requested_at, call.dial_at, call.due_at) == (NOON, NOON, NOON)


def test_a_new_call_holds_what_was_asked_for() -> None:
    request = a_request(thread_ts="90.1", enterprise="E1", response_url=SecretStr("https://x.io"))

    call = Call.new(request, NOON)

    assert (call.request_key, call.team, call.enterprise) == ("command:1.2.abc", "T1", "E1")
    assert (call.requester, call.channel, call.thread_ts) == ("UADA", "CGENERAL", "90.1")
    assert (call.prompt, call.recipient) == (PROMPT, "+14155552671")
    assert call.response_url == SecretStr("https://x.io")


def test_every_call_has_an_id_and_a_secret_of_its_own() -> None:
    one, other = Call.new(a_request(), NOON), Call.new(a_request(), NOON)

    assert one.id != other.id
    assert one.callback_secret != other.callback_secret
    assert len(one.callback_secret.get_secret_value()) >= 32


@pytest.mark.parametrize("show", [repr, str])
def test_no_secret_shows_when_a_call_is_printed(show: type[str]) -> None:
    request = a_request(response_url=SecretStr(f"https://hooks.slack.com/{SECRET}"))
    call = a_call(
        callback_secret=SecretStr(SECRET),
        response_url=SecretStr(f"https://hooks.slack.com/{SECRET}"),
        result={"call_summary": SECRET},
    )

    assert SECRET not in show(call)
    assert SECRET not in show(request)
    assert Call.new(request, NOON).callback_secret.get_secret_value() not in show(call)


# Which step comes next


def test_a_requested_call_is_announced() -> None:
    assert next_step(a_call()) is NextStep.ANNOUNCE


def test_a_requested_call_is_announced_however_old_it_is() -> None:
    assert next_step(a_call(), after=timedelta(days=1)) is NextStep.ANNOUNCE


@pytest.mark.parametrize(
    ("late", "step"),
    [
        (timedelta(0), NextStep.DIAL),
        (timedelta(minutes=15) - MOMENT, NextStep.DIAL),
        (timedelta(minutes=15), NextStep.DIAL),
        (timedelta(minutes=15) + MOMENT, NextStep.EXPIRE),
        (timedelta(hours=9), NextStep.EXPIRE),
    ],
)
def test_an_announced_call_is_dialed_within_15_minutes_of_its_time(
    late: timedelta, step: NextStep
) -> None:
    assert next_step(an_announced_call(), after=late) is step


def test_the_15_minutes_run_from_the_time_to_dial_and_not_from_the_request() -> None:
    call = an_announced_call(requested_at=NOON - timedelta(days=2), dial_at=NOON)

    assert next_step(call, after=timedelta(minutes=14)) is NextStep.DIAL


def test_a_dial_that_was_sent_is_repeated_while_it_may_be() -> None:
    call = an_announced_call(dialing_since=NOON, last_dial_at=NOON)

    assert next_step(call, is_repeatable=True) is NextStep.DIAL
    assert next_step(call, is_repeatable=False) is NextStep.ASSUME_PLACED


def test_a_dial_that_may_have_been_taken_is_never_too_late() -> None:
    call = an_announced_call(dial_at=NOON - timedelta(minutes=20), dialing_since=NOON)

    assert next_step(call, is_repeatable=True) is NextStep.DIAL
    assert next_step(call, is_repeatable=False) is NextStep.ASSUME_PLACED


@pytest.mark.parametrize(
    ("waited", "step"),
    [
        (timedelta(0), NextStep.POLL),
        (TWO_HOURS - MOMENT, NextStep.POLL),
        (TWO_HOURS, NextStep.GIVE_UP),
        (TWO_HOURS + MOMENT, NextStep.GIVE_UP),
    ],
)
def test_a_waiting_call_is_given_up_when_the_time_for_its_result_is_over(
    waited: timedelta, step: NextStep
) -> None:
    assert next_step(a_waiting_call(), after=waited) is step


def test_the_time_for_a_result_runs_from_the_last_dial() -> None:
    call = a_waiting_call(last_dial_at=NOON + timedelta(minutes=3))

    assert next_step(call, after=TWO_HOURS) is NextStep.POLL
    assert next_step(call, after=TWO_HOURS + timedelta(minutes=3)) is NextStep.GIVE_UP


@pytest.mark.parametrize("ending", EndReason)
def test_an_ended_call_is_reported(ending: EndReason) -> None:
    assert next_step(an_ended_call(ending), after=timedelta(days=30)) is NextStep.REPORT


def test_a_call_that_was_sent_may_have_been_dialed() -> None:
    assert not an_announced_call().may_have_been_dialed()
    assert an_announced_call(dialing_since=NOON).may_have_been_dialed()


# What there is to say of it


@pytest.mark.parametrize(
    ("call", "progress"),
    [
        (a_call(), Progress.STARTING),
        (an_announced_call(), Progress.STARTING),
        (an_announced_call(dialing_since=NOON), Progress.STARTING),
        (an_announced_call(attempts=2), Progress.STARTING),
        (an_announced_call(attempts=3), Progress.HELD_UP),
        (a_call(attempts=3), Progress.HELD_UP),
        (a_call(attempts=3, dial_at=NOON + timedelta(hours=1)), Progress.SCHEDULED),
        (an_announced_call(attempts=3, dialing_since=NOON), Progress.STARTING),
        (a_waiting_call(), Progress.CALLING),
        (a_waiting_call(placed_at=None), Progress.UNCONFIRMED),
        (an_ended_call(EndReason.RESULT), EndReason.RESULT),
        (an_ended_call(EndReason.NOT_PLACED), EndReason.NOT_PLACED),
        (an_ended_call(EndReason.CANCELED), EndReason.CANCELED),
        (an_ended_call(EndReason.NO_RESULT), EndReason.NO_RESULT),
    ],
)
def test_a_call_tells_how_far_it_is(call: Call, progress: Progress | EndReason) -> None:
    assert call.progress is progress


def test_each_thing_to_say_has_a_fingerprint_of_its_own() -> None:
    calls = [
        a_call(dial_at=NOON + timedelta(hours=1)),
        a_call(dial_at=NOON + timedelta(hours=2)),
        a_waiting_call(),
        a_waiting_call(placed_at=None),
        an_announced_call(attempts=3),
        *(an_ended_call(ending) for ending in EndReason),
    ]

    assert len({call.status_fingerprint for call in calls}) == 9


def test_a_late_result_changes_the_face_of_a_call_that_had_ended() -> None:
    given_up = an_ended_call(EndReason.RESULT, ended_at=NOON)
    then_ended = an_ended_call(EndReason.RESULT, ended_at=NOON + timedelta(hours=1))

    assert given_up.status_fingerprint != then_ended.status_fingerprint


def test_announcing_a_call_does_not_change_what_its_message_shows() -> None:
    assert a_call().status_fingerprint == an_announced_call().status_fingerprint


def test_that_callcow_took_a_call_changes_nothing_of_its_message() -> None:
    assert an_announced_call().status_fingerprint == a_waiting_call().status_fingerprint


def test_a_call_that_is_held_up_stays_so_when_it_is_announced() -> None:
    announced = a_call().held_up().announced(channel="CGENERAL", ts="100.1", now=NOON)

    assert announced.progress is Progress.HELD_UP


# Where its replies hang


def test_replies_hang_on_the_status_message() -> None:
    assert an_announced_call(message_ts="100.1").root_ts == "100.1"


def test_replies_hang_on_the_thread_that_the_call_was_asked_from() -> None:
    call = an_announced_call(thread_ts="90.1", message_ts="100.1")

    assert call.root_ts == "90.1"


def test_in_the_direct_message_replies_hang_on_the_status_message() -> None:
    call = an_announced_call(thread_ts="90.1", message_ts="100.1", posted_in="DADA")

    assert call.root_ts == "100.1"


def test_before_anything_is_posted_there_is_nothing_to_reply_to() -> None:
    assert a_call().root_ts is None
    assert a_call(thread_ts="90.1").root_ts is None


@pytest.mark.parametrize(("seconds", "is_scheduled"), [(0, False), (30, False), (31, True)])
def test_a_call_is_scheduled_when_it_is_dialed_over_half_a_minute_after_its_request(
    seconds: int, is_scheduled: bool
) -> None:
    call = a_call(requested_at=NOON, dial_at=NOON + timedelta(seconds=seconds))

    assert call.is_scheduled is is_scheduled
