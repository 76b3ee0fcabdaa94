"""What is shown under the hood of what went to and fro: nothing with which to act as another."""

import json

from bot.demo.callcow.server import CallCowSimulator
from bot.demo.page.traffic import exchanges
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

    shown = exchanges(slack, CallCowSimulator())

    assert [one.what for one in shown] == ["view_submission", "oauth.v2.access"]
    text = json.dumps([[one.request, one.answer] for one in shown])
    assert "commands" in text
    assert all(part not in text for part in ("typed", "shh-secret", "the-code", "granted"))
