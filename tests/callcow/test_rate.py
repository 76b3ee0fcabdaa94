"""CallCow's rate: what may be sent in a minute, dials first."""

from bot.callcow.rate import Rate


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def a_rate(per_minute: int = 10) -> tuple[Rate, Clock]:
    """Return a rate and the clock that it goes by."""
    clock = Clock()
    return Rate(per_minute, clock), clock


def dials_left(rate: Rate) -> int:
    """Take dials until none may go, and return how many went."""
    return sum(1 for _ in iter(rate.try_acquire_dial, False))


def polls_left(rate: Rate) -> int:
    """Take polls until none may go, and return how many went."""
    return sum(1 for _ in iter(rate.try_acquire_poll, False))


def test_a_minute_has_so_many_dials_and_no_more() -> None:
    rate, _ = a_rate(10)

    assert dials_left(rate) == 10
    assert rate.try_acquire_dial() is False


def test_what_is_left_counts_down() -> None:
    rate, _ = a_rate(10)

    rate.try_acquire_dial()
    rate.try_acquire_poll()

    assert rate.left() == 8


def test_asking_what_is_left_takes_nothing() -> None:
    rate, _ = a_rate(10)

    assert [rate.left(), rate.left()] == [10, 10]


def test_a_permit_comes_back_when_a_little_more_than_a_minute_is_over() -> None:
    rate, clock = a_rate(1)
    rate.try_acquire_dial()

    clock.now += 60.9
    assert rate.try_acquire_dial() is False
    clock.now += 0.1
    assert rate.try_acquire_dial() is True


def test_the_minute_slides() -> None:
    rate, clock = a_rate(10)
    for _ in range(10):
        rate.try_acquire_dial()
        clock.now += 6

    # 60 s after the first and 6 s after the last: none has come back yet, then one after another.
    assert rate.left() == 0
    clock.now += 1
    assert rate.left() == 1
    clock.now += 6
    assert rate.left() == 2


def test_no_minute_ever_has_more_than_its_number() -> None:
    rate, clock = a_rate(10)
    sent = []
    for _ in range(600):
        if rate.try_acquire_dial():
            sent.append(clock.now)
        clock.now += 1

    busiest = max(sum(1 for at in sent if start <= at < start + 60) for start in sent)
    assert busiest == 10


def test_a_refused_request_does_not_count() -> None:
    rate, clock = a_rate(1)
    rate.try_acquire_dial()
    clock.now += 30
    rate.try_acquire_dial()

    clock.now += 31
    assert rate.try_acquire_dial() is True


# Dials first


def test_polls_leave_a_fifth_of_the_minute_to_dials() -> None:
    rate, _ = a_rate(10)

    assert polls_left(rate) == 8
    assert dials_left(rate) == 2


def test_after_many_dials_no_poll_goes() -> None:
    rate, _ = a_rate(10)
    for _ in range(8):
        rate.try_acquire_dial()

    assert rate.try_acquire_poll() is False
    assert rate.try_acquire_dial() is True


def test_even_the_smallest_rate_lets_a_poll_go() -> None:
    rate, _ = a_rate(1)

    assert rate.try_acquire_poll() is True


# A pause


def test_in_a_pause_nothing_is_sent() -> None:
    rate, clock = a_rate(10)

    rate.pause(30)

    assert rate.left() == 0
    assert rate.try_acquire_dial() is False
    assert rate.try_acquire_poll() is False
    clock.now += 29.9
    assert rate.try_acquire_dial() is False


def test_after_a_pause_everything_goes_again() -> None:
    rate, clock = a_rate(10)
    rate.pause(30)

    clock.now += 30

    assert rate.left() == 10


def test_a_shorter_pause_does_not_end_a_longer_one() -> None:
    rate, clock = a_rate(10)
    rate.pause(30)
    rate.pause(5)

    clock.now += 10

    assert rate.try_acquire_dial() is False


def test_a_pause_does_not_forget_what_was_sent_before() -> None:
    rate, clock = a_rate(10)
    dials_left(rate)
    rate.pause(30)

    clock.now += 30

    assert rate.try_acquire_dial() is False


# Giving back


def test_what_is_given_back_can_be_taken_again() -> None:
    rate, _ = a_rate(1)
    rate.try_acquire_dial()

    rate.give_back()

    assert rate.try_acquire_dial() is True
    assert rate.try_acquire_dial() is False


def test_the_last_permit_is_given_back_and_not_the_first() -> None:
    rate, clock = a_rate(2)
    rate.try_acquire_dial()
    clock.now += 50
    rate.try_acquire_dial()

    rate.give_back()

    clock.now += 11
    assert rate.left() == 2


def test_a_permit_that_has_run_out_can_be_given_back_all_the_same() -> None:
    rate, clock = a_rate(10)
    rate.try_acquire_dial()
    clock.now += 120
    assert rate.left() == 10

    rate.give_back()

    assert rate.left() == 10
