"""What an address says of who is behind it."""

import pytest

from bot.core.addresses import is_slack_response_url

SLACK = "https://slack.com/api/"
LOCAL = "http://127.0.0.1:9/api/"


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.slack.com/commands/T1/2/x",
        "https://HOOKS.slack.com:443/actions/T1/2/x",
        "https://hooks.slack-gov.com/commands/T1/2/x",
    ],
)
def test_slacks_own_hosts_are_slacks(url: str) -> None:
    assert is_slack_response_url(url, SLACK)


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.slack.com/commands/1",
        "https://hooks.slack.com.evil.example/1",
        "https://evil.example/hooks.slack.com",
        "https://hooks.slack.com@evil.example/1",
        "https://user:word@hooks.slack.com/1",
        "https://hooks.slack.com:8443/1",
        "https://hooks.slack.com:x/1",
        "https://slack.com/1",
        "http://127.0.0.1:9/1",
        "http://169.254.169.254/latest/meta-data",
        "https://[::1/1",
        "file:///etc/passwd",
        "",
    ],
)
def test_any_other_is_not(url: str) -> None:
    assert not is_slack_response_url(url, SLACK)


def test_on_loopback_it_is_slacks_only_beside_a_stand_in_for_slack() -> None:
    assert is_slack_response_url("http://127.0.0.1:9/response/1", LOCAL)
    assert is_slack_response_url("http://localhost:9/response/1", LOCAL)
    assert not is_slack_response_url("http://10.0.0.1:9/response/1", LOCAL)
    assert not is_slack_response_url("https://evil.example/1", LOCAL)
