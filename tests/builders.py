"""Builders: a whole value, of which a test names only what matters to it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from pydantic import SecretStr

from bot.blocks.messages.message import Message
from bot.callcow.payload import read_payload
from bot.core.approval import Approval, ApprovalState
from bot.core.calls.call import Call
from bot.core.calls.result import CallResult
from bot.core.calls.states import EndReason, State
from bot.core.doubt import Doubt
from bot.core.draft import Draft, DraftKind, DraftState, unclear
from bot.core.request import CallRequest
from bot.demo.slack.limits import UPDATE_TEXT_BYTES, problems_of_message

# Where the number is.
NOON: Final = datetime(2026, 3, 30, 19, tzinfo=UTC)
NUMBER: Final = "+14155552671"
NUMBER_SPOKEN: Final = "+1 415-555-2671"
PROMPT: Final = "Book a reservation at Friday 7pm for Josh for 2"
# How CallCow says that a call went well.
SUCCESS: Final = CallResult(call_status="success", provider_status="completed")
MESSAGE_TEXT_MAX: Final = 900


def a_request(**changes: Any) -> CallRequest:
    """Return what Ada asks for in #general: a table for two."""
    return CallRequest(
        **{
            "request_key": "command:1.2.abc",
            "team": "T1",
            "enterprise": None,
            "requester": "UADA",
            "channel": "CGENERAL",
            "prompt": PROMPT,
            "recipient": NUMBER,
            **changes,
        }
    )


def a_call(**changes: Any) -> Call:
    """Return a call as it is at noon, just requested; a result in it has been read."""
    if changes.get("result") is not None:
        changes = {"normalized_result": read_payload(changes["result"]), **changes}
    return Call(
        **{
            "id": UUID("5a4a1c6e-9b1d-4a53-9a53-0c8a2f1c7e11"),
            "request_key": "command:1.2.abc",
            "team": "T1",
            "enterprise": None,
            "requester": "UADA",
            "channel": "CGENERAL",
            "thread_ts": None,
            "response_url": None,
            "prompt": PROMPT,
            "recipient": NUMBER,
            "callback_secret": SecretStr("callback-secret"),
            "state": State.REQUESTED,
            "dial_at": NOON,
            "due_at": NOON,
            "requested_at": NOON,
            **changes,
        }
    )


def an_announced_call(**changes: Any) -> Call:
    """Return a call whose thread stands in #general."""
    thread = {"posted_in": "CGENERAL", "message_ts": "100.1", "announced_at": NOON}
    return a_call(**{"state": State.ANNOUNCED, **thread, **changes})


def a_waiting_call(**changes: Any) -> Call:
    """Return a call that CallCow has taken."""
    dialed = {"dialing_since": NOON, "last_dial_at": NOON, "placed_at": NOON}
    return an_announced_call(**{"state": State.WAITING, **dialed, **changes})


def an_ended_call(ending: EndReason = EndReason.RESULT, **changes: Any) -> Call:
    """Return a call that ended, and how."""
    ended = {"state": State.ENDED, "ending": ending, "ended_at": NOON}
    return an_announced_call(**{**ended, **changes})


def a_call_with_result(payload: Mapping[str, Any] | None = None, /, **fields: Any) -> Call:
    """Return a call that ended with CallCow's `payload`, or a completed one with `fields`."""
    completed = {"call_status": "success", "provider_status": "completed"}
    return an_ended_call(result=dict(payload) if payload is not None else {**completed, **fields})


def a_draft(kind: DraftKind = DraftKind.CONFIRM, *doubts: Doubt, **changes: Any) -> Draft:
    """Return what Ada is answered in #general, undecided; `doubts` are what is unclear of it."""
    return Draft(
        **{
            "id": UUID("0d1f7c0a-5a51-4c38-9c5b-6a54e7f3b2a1"),
            "request_key": "message:CGENERAL:100.1",
            "team": "T1",
            "enterprise": None,
            "requester": "UADA",
            "channel": "CGENERAL",
            "thread_ts": "100.1",
            "kind": kind,
            "state": DraftState.OPEN,
            "created_at": NOON,
            "due_at": None,
            "number": NUMBER_SPOKEN,
            "recipient": NUMBER,
            "prompt": PROMPT,
            "unclear": unclear(doubts),
            **changes,
        }
    )


def an_approval(**changes: Any) -> Approval:
    """Return what Ada's call waits for: nobody has decided yet."""
    call_id = UUID("5a4a1c6e-9b1d-4a53-9a53-0c8a2f1c7e11")
    return Approval(
        **{
            "id": call_id,
            "call_id": call_id,
            "team": "T1",
            "requester": "UADA",
            "state": ApprovalState.OPEN,
            "created_at": NOON,
            "due_at": NOON,
            **changes,
        }
    )


def texts_in(part: object) -> str:
    """Return every text in some blocks, a line each."""
    if isinstance(part, dict):
        own = [part["text"]] if isinstance(part.get("text"), str) else []
        return "\n".join([*own, *filter(None, map(texts_in, part.values()))])
    return "\n".join(filter(None, map(texts_in, part))) if isinstance(part, list) else ""


def lines_of(message: Message) -> list[str]:
    """Return what a message shows, line by line, as a person reads it; buttons stand in [ ]."""
    return [line for block in message.blocks for line in _lines(block)]


def _lines(block: dict[str, Any]) -> list[str]:
    match block["type"]:
        case "actions":
            buttons = [one for one in block["elements"] if one["type"] == "button"]
            return [" ".join(f"[{one['text']['text']}]" for one in buttons)]
        case "rich_text_list":
            return [f"• {line}" for item in block["elements"] for line in _lines(item)]
        case "rich_text":
            return [line for part in block["elements"] for line in _lines(part)]
        case "context":
            return [text["text"] for text in block["elements"]]
        case "section":
            return [block["text"]["text"]]
        case _:
            return "".join(_inline(part) for part in block["elements"]).split("\n")


def _inline(part: dict[str, Any]) -> str:
    if part["type"] == "user":
        return f"@{part['user_id']}"
    return str(part["format"] if part["type"] == "date" else part["text"])


def shown_by(message: Message) -> str:
    """Return every text of a message: the plain one and those in its blocks."""
    return f"{message.text}\n{texts_in(message.blocks)}"


def problems_of(message: Message) -> list[str]:
    """Return what Slack would refuse in a message, be it posted or updated."""
    problems = problems_of_message(message.blocks, message.text)
    if not message.text:
        problems.append("no text: a notification would be empty")
    if len(message.text) > MESSAGE_TEXT_MAX:
        problems.append(f"text of {len(message.text)} characters")
    if len(message.text.encode()) >= UPDATE_TEXT_BYTES:
        problems.append(f"text of {len(message.text.encode())} bytes")
    return problems
