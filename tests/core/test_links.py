"""Addresses of messages: those that Slack itself would give."""

from bot.core.links import NO_LINKS, Links
from tests.builders import a_call, an_announced_call, an_ended_call

LINKS = Links("https://ringback-demo.slack.com/")


def test_a_message_has_the_address_that_slack_gives_it() -> None:
    address = LINKS.to("CGENERAL", "1700000000.000100")

    assert address == "https://ringback-demo.slack.com/archives/CGENERAL/p1700000000000100"


def test_a_reply_is_addressed_within_its_thread() -> None:
    address = LINKS.to("CGENERAL", "1700000000.000200", "1700000000.000100")

    assert address == (
        "https://ringback-demo.slack.com/archives/CGENERAL/p1700000000000200"
        "?thread_ts=1700000000.000100&cid=CGENERAL"
    )


def test_the_root_of_a_thread_is_addressed_as_a_message() -> None:
    address = LINKS.to("CGENERAL", "1700000000.000100", "1700000000.000100")

    assert address == "https://ringback-demo.slack.com/archives/CGENERAL/p1700000000000100"


def test_a_status_message_in_a_real_thread_is_addressed_as_its_reply() -> None:
    call = an_announced_call(thread_ts="99.1", message_ts="100.1")

    address = LINKS.to_status(call)

    assert address is not None
    assert address.endswith("/archives/CGENERAL/p1001?thread_ts=99.1&cid=CGENERAL")


def test_a_result_in_the_thread_is_addressed_within_it() -> None:
    call = an_ended_call(result_ts="100.2", result_in="CGENERAL")

    address = LINKS.to_result(call)

    assert address is not None
    assert address.endswith("/archives/CGENERAL/p1002?thread_ts=100.1&cid=CGENERAL")


def test_a_result_that_went_to_a_direct_message_is_addressed_there() -> None:
    call = an_ended_call(result_ts="100.2", result_in="DADA")

    address = LINKS.to_result(call)

    assert address is not None
    assert address.endswith("/archives/DADA/p1002")


def test_what_was_not_posted_yet_has_no_address() -> None:
    assert LINKS.to_status(a_call()) is None
    assert LINKS.to_result(an_announced_call()) is None


def test_a_result_of_an_earlier_version_which_did_not_keep_its_place_has_none() -> None:
    assert LINKS.to_result(an_ended_call(result_ts="100.2")) is None


def test_there_are_none_while_slack_has_not_said_where_the_workspace_is() -> None:
    call = an_ended_call(result_ts="100.2", result_in="CGENERAL")

    assert (NO_LINKS.to_status(call), NO_LINKS.to_result(call)) == (None, None)
