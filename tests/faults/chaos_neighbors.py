"""What Slack and CallCow do wrong in a chaos run, drawn from a seed request by request."""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from random import Random
from typing import Final

from bot.demo.callcow.contract import STATUSES
from bot.demo.callcow.dial import Dial
from bot.demo.callcow.server import CallCowSimulator
from bot.demo.faults import Fault
from bot.demo.slack.server import LocalSlack
from tests.world import bearer, slack_says

_LATER: Final = ("internal_error", "fatal_error", "service_unavailable", "ratelimited")
_PLACE: Final = ("not_in_channel", "channel_not_found", "is_archived", "restricted_action")
_TOKEN: Final = ("token_revoked", "invalid_auth")
# What Slack says of a post in a channel, of an update, and of anything else.
_IN_CHANNEL: Final = (*_LATER, *_PLACE, *_TOKEN, "invalid_blocks", "msg_blocks_too_long")
_OF_UPDATE: Final = (*_LATER, "message_not_found", "is_inactive", "msg_too_long")
_MALFORMED: Final = ("", "<html>", "[]", "null", "{}", '{"success": true, "call_id": 5}')
_SLACK_SHARE: Final[Mapping[str, float]] = {
    "chat.postMessage": 0.25,
    "chat.update": 0.2,
    "conversations.open": 0.2,
    "views.open": 0.15,
    "auth.test": 0.3,
    "response_url": 0.3,
}
_CALLCOW_SHARE: Final[Mapping[str, float]] = {"call-prompt": 0.4, "calls": 0.4}
# How many calls are reported by no callback, by a stranger's too, twice, and far too late.
_NEVER: Final = 0.15
_STRANGER: Final = 0.1
_TWICE: Final = 0.15
_OVERDUE: Final = 0.02
_OVERDUE_SECONDS: Final = 9.0
LIE: Final = "A stranger's words"
_LIE: Final = json.dumps({"call_status": "success", "call_summary": LIE}).encode()


class SlackAtRandom:
    """Chooses Slack's faults. A held answer is held for longer than the bot waits."""

    def __init__(self, slack: LocalSlack, random: Random, *, bot_waits: float) -> None:
        self.chosen: Counter[str] = Counter()
        self._slack = slack
        self._random = random
        self._bot_waits = bot_waits

    def choose(self, method: str) -> Fault | None:
        """Return what befalls the request that has just arrived, if anything."""
        if self._random.random() >= _SLACK_SHARE.get(method, 0.0):
            return None
        hold = self._bot_waits * self._random.uniform(1.1, 3.0)
        kinds = {
            "429": lambda: Fault(status=429, headers={"Retry-After": "1"}),
            "500 before": lambda: Fault(status=500),
            "500 after": lambda: Fault(when="after", status=500),
            "drop before": lambda: Fault(drop=True),
            "drop after": lambda: Fault(when="after", drop=True),
            "late": lambda: Fault(hold=held(hold)),
            "no answer before": lambda: Fault(hold=held(hold), drop=True),
            "no answer after": lambda: Fault(when="after", hold=held(hold), drop=True),
            "ok: false": lambda: slack_says(self._random.choice(self._errors(method))),
        }
        kind = self._random.choice(list(kinds))
        self.chosen[kind] += 1
        return kinds[kind]()

    def _errors(self, method: str) -> tuple[str, ...]:
        if method == "chat.update":
            return _OF_UPDATE
        channel = str(self._slack.requests[-1].arguments.get("channel"))
        # A direct message is the last place there is: it stays open, or no thread could be had.
        in_channel = method == "chat.postMessage" and channel.startswith("C")
        return _IN_CHANNEL if in_channel else _LATER


class CallCowAtRandom:
    """Chooses CallCow's faults, and how each dialed call ends and is reported."""

    def __init__(self, callcow: CallCowSimulator, random: Random, *, bot_waits: float) -> None:
        self.chosen: Counter[str] = Counter()
        # How many calls have not ended and been reported yet.
        self.on_the_phone = 0
        self._callcow = callcow
        self._random = random
        self._bot_waits = bot_waits

    def choose(self, name: str) -> Fault | None:
        """Return what befalls the request that has just arrived, if anything."""
        if self._random.random() >= _CALLCOW_SHARE[name]:
            return None
        kinds = self._of_dial() if name == "call-prompt" else self._of_poll()
        kind = self._random.choice(list(kinds))
        self.chosen[kind] += 1
        return kinds[kind]

    async def follow(self) -> None:
        """Let every call that is dialed take its scenario; ends by being cancelled."""
        followed = 0
        async with asyncio.TaskGroup() as scenarios:
            while True:
                for dial in self._callcow.dials[followed:]:
                    self.on_the_phone += 1
                    scenarios.create_task(self._take_course(dial))
                followed = len(self._callcow.dials)
                await self._callcow.changes.after(self._callcow.changes.count)

    def _of_dial(self) -> dict[str, Fault]:
        # Never as long as the bot waits before it dials again: then CallCow may dial twice.
        hold = self._bot_waits * 1.2
        words = self._random.choice(_MALFORMED)
        refusal = '{"success": false, "error": "No phone number is connected"}'
        return {
            "429": Fault(status=429, headers={"Retry-After": "1"}),
            "500 before": Fault(status=500),
            "500 after": Fault(when="after", status=500),
            "409 after": Fault(when="after", status=409),
            "drop before": Fault(drop=True),
            "drop after": Fault(when="after", drop=True),
            "late": Fault(hold=held(hold)),
            "no answer before": Fault(hold=held(hold), drop=True),
            "no answer after": Fault(when="after", hold=held(hold), drop=True),
            "malformed before": Fault(status=200, body=words),
            "malformed after": Fault(when="after", status=200, body=words),
            "refused": Fault(status=422, body=refusal),
            "key refused": Fault(status=401, body=refusal),
        }

    def _of_poll(self) -> dict[str, Fault]:
        going_on = '{"call_status": "in_progress", "provider_status": "ringing"}'
        return {
            "poll 404": Fault(status=404, body='{"error": "Call not found"}'),
            "poll 429": Fault(status=429, headers={"Retry-After": "1"}),
            "poll 500": Fault(status=500),
            "poll malformed": Fault(status=200, body=self._random.choice(_MALFORMED)),
            "poll in progress": Fault(status=200, body=going_on),
            "poll dropped": Fault(drop=True),
            "poll without answer": Fault(hold=held(self._bot_waits * 1.2), drop=True),
        }

    async def _take_course(self, dial: Dial) -> None:
        random = Random(self._random.random())
        # A callback can come before CallCow's answer to the dial, soon, late, or after the bot
        # has given the call up.
        seconds = random.choice([0.0, random.uniform(0, 1), random.uniform(0, 4)])
        await asyncio.sleep(_OVERDUE_SECONDS if random.random() < _OVERDUE else seconds)
        if random.random() < _STRANGER:
            await self._callcow.deliver(dial.call_id, _LIE, bearer("wrong"))
        outcome = random.choice(list(STATUSES))
        if random.random() < _NEVER:
            self._callcow.end(dial.call_id, outcome)
        else:
            await self._callcow.finish(dial.call_id, outcome)
            if random.random() < _TWICE:
                await self._callcow.finish(dial.call_id, outcome)
        self.on_the_phone -= 1


def held(seconds: float) -> asyncio.Event:
    """Return an event that comes about after so many seconds."""
    event = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, event.set)
    return event
