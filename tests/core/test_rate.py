"""CallCow's rate: what may be sent in a minute, dials first."""

from bot.core.rate import Window

NOW = 1000.0


def taken(window: Window, *times: float) -> Window:
    """Return the window with a request at each of the times."""
    for at in times:
        window = window.take(at)
    return window


def test_a_minute_has_so_many_requests_and_no_more() -> None:
    window = taken(Window(3), NOW, NOW + 1, NOW + 2)

    assert [window.left(NOW + 3), window.wait(NOW + 3) > 0] == [0, True]
    assert taken(Window(3), NOW, NOW + 1).wait(NOW + 3) == 0


def test_a_permit_comes_back_when_a_little_more_than_a_minute_is_over() -> None:
    window = taken(Window(2), NOW, NOW + 30)

    # What was taken within a quarter of a second counts until the end of that.
    assert window.wait(NOW + 40) == 21.25
    assert window.wait(NOW + 61.25) == 0
    assert window.left(NOW + 61.25) == 1


def test_polls_leave_a_fifth_of_the_minute_to_dials() -> None:
    window = taken(Window(10), *[NOW] * 8)

    assert window.wait(NOW, keep=window.kept_for_dials) > 60
    assert window.wait(NOW) == 0
    assert taken(Window(1)).wait(NOW, keep=Window(1).kept_for_dials) == 0


def test_in_a_pause_nothing_is_sent_and_a_shorter_one_does_not_end_it() -> None:
    window = Window(10).pause(NOW + 30).pause(NOW + 5)

    assert (window.left(NOW + 10), window.wait(NOW + 10)) == (0, 20)
    assert (window.left(NOW + 30), window.wait(NOW + 30)) == (10, 0)


def test_no_minute_ever_has_more_than_its_number() -> None:
    window, sent = Window(10), []
    for step in range(600):
        now = NOW + step
        if window.wait(now) == 0:
            window = window.take(now)
            sent.append(now)

    assert max(sum(1 for at in sent if start <= at < start + 60) for start in sent) == 10


def test_however_many_are_taken_the_window_stays_small() -> None:
    window = taken(Window(1_000_000), *(NOW + step / 100 for step in range(20_000)))

    assert len(window.taken) < 260


def test_permits_of_a_time_to_come_and_endless_pauses_are_a_clocks_that_was_set_back() -> None:
    window = taken(Window(1), NOW + 86_400).pause(NOW + 86_400)

    assert (window.left(NOW), window.wait(NOW)) == (1, 0)


def test_a_window_is_read_back_as_it_was_kept() -> None:
    window = taken(Window(3), NOW, NOW, NOW + 1).pause(NOW + 30)
    kept = [[1000.25, 2], [1001.25, 1]]

    assert Window.read(3, kept, 1030) == window
