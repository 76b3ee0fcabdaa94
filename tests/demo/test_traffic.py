"""What is shown under the hood of what went to and fro: nothing with which to act as another."""

import json

from bot.demo.callcow.server import CallCowSimulator
from bot.demo.page.traffic import Traffic
from bot.demo.slack.api.web_api import WebApiRequest
from bot.demo.slack.delivery.delivery import Sent
from bot.demo.slack.server import LocalSlack


def test_no_token_key_or_code_is_shown() -> None:
    slack = LocalSlack()
    typed = {"state": {"values": {"key": {"key": {"value": "ck_live_typed"}}}}}
    slack.sent.append(Sent("interactive", {"type": "view_submission", "view": typed}, at=1.0))
    slack.requests.append(
        WebApiRequest(
            "oauth.v2.access",
            {"client_secret": "shh-secret", "code": "1.2.the-code", "redirect_uri": "http://bot"},
            at=2.0,
            answer={"ok": True, "access_token": "xoxb-granted", "scope": "commands"},
        )
    )

    shown = list(Traffic(slack, CallCowSimulator()).items().values())

    assert [json.loads(one)["what"] for one in shown] == ["view_submission", "oauth.v2.access"]
    assert "commands" in shown[1]
    secrets = ("typed", "shh-secret", "the-code", "granted")
    assert all(part not in one for part in secrets for one in shown)


def test_what_is_over_is_written_once_and_what_is_not_once_it_is() -> None:
    slack = LocalSlack()
    over = WebApiRequest("auth.test", {}, at=1.0, answer={"ok": True})
    slack.requests.extend([over, WebApiRequest("chat.postMessage", {"text": "hi"}, at=2.0)])
    traffic = Traffic(slack, CallCowSimulator())

    before = traffic.items()
    slack.requests[1].answer = {"ok": False, "error": "is_archived"}
    after = traffic.items()

    assert after["exchange:api-0"] is before["exchange:api-0"]
    assert json.loads(before["exchange:api-1"])["status"] is None
    assert json.loads(after["exchange:api-1"])["status"] == "is_archived"
