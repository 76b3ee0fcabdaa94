"""The CallCow stand-in keeps the contract of call-prompt, over real HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

import httpx
import pytest
from aiohttp import web
from yarl import URL

from bot.demo.callcow.contract import Outcome
from bot.demo.callcow.conversation import converse
from bot.demo.callcow.scenario import LAST_DIGITS, Scenario, by_last_digits
from bot.demo.callcow.server import LEFT_OUT, CallCowSimulator
from bot.demo.faults import Fault

SAMPLES = Path(__file__).parent.parent / "samples"
KEY = "ck_live_test"
PROMPT = "Book a reservation at Friday 7pm for Josh for 2"
NUMBER = "+14155552671"
BODY = {"prompt": PROMPT, "recipient_phone": NUMBER}


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1774872000.0  # 2026-03-30T12:00:00Z

    def __call__(self) -> float:
        return self.now


class Receiver:
    """The address that callbacks are posted to."""

    def __init__(self) -> None:
        self.received: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        self.release = asyncio.Event()
        self.release.set()
        self.url = ""

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.router.add_post("/results", self._take)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.01)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/results"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        self.received.append((dict(request.headers), await request.read()))
        await self.release.wait()
        return web.Response(status=self.status, headers={"Location": self.url})


class Caller:
    """A client of the stand-in, with the right key."""

    def __init__(self, callcow: CallCowSimulator) -> None:
        # Loading certificates, of no use on loopback, would take most of the tests' time.
        self.http = httpx.AsyncClient(
            base_url=callcow.base_url,
            headers={"Authorization": f"Bearer {KEY}"},
            trust_env=False,
            verify=False,
        )

    async def call(self, **fields: Any) -> httpx.Response:
        return await self.http.post("/call-prompt", json=BODY | fields)

    async def dial(self, **fields: Any) -> str:
        return str((await self.call(**fields)).json()["call_id"])

    async def poll(self, call_id: str) -> httpx.Response:
        return await self.http.get(f"/calls/{call_id}")


@asynccontextmanager
async def running(**options: Any) -> AsyncIterator[tuple[CallCowSimulator, Caller]]:
    async with CallCowSimulator(api_key=KEY, **options) as callcow:
        caller = Caller(callcow)
        async with caller.http:
            yield callcow, caller


@pytest.fixture
async def both() -> AsyncIterator[tuple[CallCowSimulator, Caller]]:
    async with running() as pair:
        yield pair


@pytest.fixture
def callcow(both: tuple[CallCowSimulator, Caller]) -> CallCowSimulator:
    return both[0]


@pytest.fixture
def caller(both: tuple[CallCowSimulator, Caller]) -> Caller:
    return both[1]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver() as receiver:
        yield receiver


# Asking for a call


async def test_the_seeds_request_gets_an_answer_of_the_seeds_shape(
    callcow: CallCowSimulator, caller: Caller
) -> None:
    body = (SAMPLES / "callcow_request_seed.json").read_bytes()
    headers = {"Content-Type": "application/json"}

    answer = await caller.http.post("/call-prompt", content=body, headers=headers)

    seed = json.loads((SAMPLES / "callcow_answer_seed.json").read_text())
    assert answer.status_code == 200
    assert answer.json().keys() == seed.keys()
    assert answer.json()["success"] is True
    assert answer.json()["call_id"] == callcow.dials[0].call_id
    assert answer.json()["workflow_id"] == callcow.dials[0].workflow_id


async def test_a_dial_holds_the_fields_it_was_asked_for(
    callcow: CallCowSimulator, caller: Caller
) -> None:
    await caller.call(
        callback_url="https://agent.example.com/results",
        callback_secret="my-secret-token",
        idempotency_key="agent-task-12345",
    )

    (dial,) = callcow.dials
    assert dial.prompt == PROMPT
    assert dial.recipient_phone == NUMBER
    assert dial.callback_url == "https://agent.example.com/results"
    assert dial.callback_secret == "my-secret-token"
    assert dial.idempotency_key == "agent-task-12345"
    assert dial.final is None


async def test_a_request_is_kept_with_its_headers_its_body_and_its_status(
    callcow: CallCowSimulator, caller: Caller
) -> None:
    await caller.call()

    (request,) = callcow.requests
    assert (request.method, request.path) == ("POST", "/api/call-prompt")
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.json() == BODY
    assert request.status == 200


async def test_the_call_id_can_be_null_in_the_answer() -> None:
    async with running(answers_call_id=False) as (callcow, caller):
        answer = await caller.call()

        assert answer.json()["call_id"] is None
        assert answer.json()["workflow_id"] == callcow.dials[0].workflow_id


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer wrong", KEY, "Bearer ü"])
async def test_a_missing_or_wrong_key_is_refused_with_401(
    callcow: CallCowSimulator, authorization: str | None
) -> None:
    headers = {} if authorization is None else {b"Authorization": authorization.encode()}
    async with httpx.AsyncClient(trust_env=False) as http:
        url = f"{callcow.base_url}/call-prompt"

        answer = await http.post(url, json=BODY, headers=headers)

    assert answer.status_code == 401
    assert answer.json() == {"success": False, "error": "Invalid API key"}
    assert callcow.dials == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"text"', b"\xff"])
async def test_a_body_that_is_not_a_json_object_is_refused_with_400(
    callcow: CallCowSimulator, caller: Caller, body: bytes
) -> None:
    headers = {"Content-Type": "application/json"}

    answer = await caller.http.post("/call-prompt", content=body, headers=headers)

    assert answer.status_code == 400
    assert callcow.dials == []


async def test_a_body_of_another_content_type_is_refused_with_400(
    callcow: CallCowSimulator, caller: Caller
) -> None:
    answer = await caller.http.post("/call-prompt", data=BODY)

    assert answer.status_code == 400
    assert callcow.dials == []


@pytest.mark.parametrize("field", ["prompt", "recipient_phone"])
async def test_a_missing_required_field_is_refused_and_named(
    callcow: CallCowSimulator, caller: Caller, field: str
) -> None:
    body = {name: value for name, value in BODY.items() if name != field}

    answer = await caller.http.post("/call-prompt", json=body)

    assert answer.status_code == 400
    assert answer.json() == {"success": False, "error": f"{field}: Field required"}
    assert callcow.dials == []


@pytest.mark.parametrize(
    "fields",
    [
        {"prompt": ""},
        {"prompt": " \n"},
        {"prompt": 7},
        {"prompt": None},
        {"recipient_phone": ""},
        {"recipient_phone": 14155552671},
        {"recipient_phone": "14155552671"},
        {"recipient_phone": "+1 415 555 2671"},
        {"recipient_phone": "+14155552671\n"},
        {"recipient_phone": "+04155552671"},
        {"recipient_phone": "+1415555267112345"},
        {"recipient_phone": "+١٤١٥٥٥٥٢٦٧١"},
        {"callback_url": None},
        {"callback_url": 7},
        {"callback_url": ""},
        {"callback_secret": None},
        {"callback_secret": "two words"},
        {"idempotency_key": None},
        {"idempotency_key": ""},
        {"idempotency_key": 12345},
        {"recipient_name": "Josh"},
    ],
    ids=str,
)
async def test_a_field_outside_the_contract_is_refused_with_400(
    callcow: CallCowSimulator, caller: Caller, fields: dict[str, Any]
) -> None:
    answer = await caller.call(**fields)

    assert answer.status_code == 400
    assert callcow.dials == []


@pytest.mark.parametrize(
    "url",
    [
        "results",
        "agent.example.com/results",
        "https://",
        "https://agent.example.com/re sults",
        "https://agent.example.com:port/",
        "https://[::1/results",
        "ftp://agent.example.com/results",
        "http://agent.example.com/results",
        "https://10.0.0.1/results",
        "https://192.168.1.20/results",
        "https://169.254.169.254/results",
        "https://[fd00::1]/results",
    ],
)
async def test_a_callback_url_that_callcow_could_not_use_is_refused(
    caller: Caller, url: str
) -> None:
    answer = await caller.call(callback_url=url)

    assert answer.status_code == 400
    assert answer.json()["error"].startswith("callback_url: ")


@pytest.mark.parametrize(
    "url",
    ["https://agent.example.com/results", "http://127.0.0.1:3000/x", "http://localhost/x"],
)
async def test_a_callback_url_is_https_or_on_loopback(caller: Caller, url: str) -> None:
    answer = await caller.call(callback_url=url)

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/x", "https://127.0.0.1/x", "https://localhost/x", "https://[::1]/x"]
)
async def test_loopback_can_be_refused_as_callcow_itself_does(url: str) -> None:
    async with running(allow_http_loopback=False) as (_, caller):
        answer = await caller.call(callback_url=url)

    assert answer.status_code == 400


async def test_an_unknown_address_is_answered_with_404_and_kept(
    callcow: CallCowSimulator, caller: Caller
) -> None:
    answer = await caller.http.get("/workflows")

    assert answer.status_code == 404
    assert answer.json() == {"success": False, "error": "Not Found"}
    assert callcow.requests[0].status == 404


# Idempotency


async def test_the_same_key_within_five_minutes_gets_the_same_answer_and_no_new_call() -> None:
    clock = Clock()
    async with running(clock=clock) as (callcow, caller):
        first = await caller.call(idempotency_key="agent-task-12345")
        clock.now += 299.9

        second = await caller.call(idempotency_key="agent-task-12345")

        assert second.json() == first.json()
        assert len(callcow.dials_of("agent-task-12345")) == 1


async def test_the_same_key_dials_again_after_five_minutes() -> None:
    clock = Clock()
    async with running(clock=clock) as (callcow, caller):
        first = await caller.call(idempotency_key="agent-task-12345")
        clock.now += 300

        second = await caller.call(idempotency_key="agent-task-12345")

        assert second.json() != first.json()
        assert len(callcow.dials_of("agent-task-12345")) == 2


async def test_requests_without_a_key_each_dial(callcow: CallCowSimulator, caller: Caller) -> None:
    await caller.call()
    await caller.call()

    assert len(callcow.dials) == 2


async def test_other_keys_dial_their_own_calls(callcow: CallCowSimulator, caller: Caller) -> None:
    await caller.call(idempotency_key="a")
    await caller.call(idempotency_key="b")

    assert [dial.idempotency_key for dial in callcow.dials] == ["a", "b"]


async def test_a_key_stored_on_arrival_makes_a_retry_wait_for_the_first_request(
    callcow: CallCowSimulator, caller: Caller
) -> None:
    held = asyncio.Event()
    callcow.faults.add("call-prompt", Fault(hold=held))
    first = asyncio.create_task(caller.call(idempotency_key="a"))
    await callcow.until(lambda: len(callcow.requests) == 1)

    retry = asyncio.create_task(caller.call(idempotency_key="a"))
    await callcow.until(lambda: len(callcow.requests) == 2)
    held.set()

    assert (await first).json() == (await retry).json()
    assert len(callcow.dials) == 1


async def test_a_key_stored_on_arrival_answers_a_retry_while_the_first_answer_is_held(
    callcow: CallCowSimulator, caller: Caller
) -> None:
    held = asyncio.Event()
    callcow.faults.add("call-prompt", Fault(when="after", hold=held))
    first = asyncio.create_task(caller.call(idempotency_key="a"))
    await callcow.until(lambda: callcow.dials)

    retry = await caller.call(idempotency_key="a")

    held.set()
    assert retry.json() == (await first).json()
    assert len(callcow.dials) == 1


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_key_stored_on_answer_lets_a_retry_dial_twice(when: Any) -> None:
    async with running(key_stored="on_answer") as (callcow, caller):
        held = asyncio.Event()
        callcow.faults.add("call-prompt", Fault(when=when, hold=held))
        first = asyncio.create_task(caller.call(idempotency_key="a"))
        await callcow.until(lambda: len(callcow.requests) == 1)

        retry = await caller.call(idempotency_key="a")
        held.set()

        assert (await first).json() != retry.json()
        assert len(callcow.dials_of("a")) == 2


async def test_a_key_stored_on_answer_holds_from_the_answer_on() -> None:
    async with running(key_stored="on_answer") as (callcow, caller):
        first = await caller.call(idempotency_key="a")

        second = await caller.call(idempotency_key="a")

        assert second.json() == first.json()
        assert len(callcow.dials) == 1


async def test_a_key_whose_request_came_to_nothing_dials_at_the_retry(
    callcow: CallCowSimulator, caller: Caller
) -> None:
    callcow.faults.add("call-prompt", Fault(status=503))
    failed = await caller.call(idempotency_key="a")

    retry = await caller.call(idempotency_key="a")

    assert (failed.status_code, retry.status_code) == (503, 200)
    assert len(callcow.dials) == 1


async def test_a_retry_that_waited_dials_itself_when_the_first_request_came_to_nothing(
    callcow: CallCowSimulator, caller: Caller
) -> None:
    held = asyncio.Event()
    callcow.faults.add("call-prompt", Fault(hold=held, status=503))
    first = asyncio.create_task(caller.call(idempotency_key="a"))
    await callcow.until(lambda: len(callcow.requests) == 1)
    retry = asyncio.create_task(caller.call(idempotency_key="a"))
    await callcow.until(lambda: len(callcow.requests) == 2)

    held.set()

    assert (await first).status_code == 503
    assert (await retry).status_code == 200
    assert len(callcow.dials) == 1


# Rate


async def test_dials_and_polls_share_one_rate_and_429_says_when_to_come_back() -> None:
    clock = Clock()
    async with running(requests_per_minute=2, clock=clock) as (callcow, caller):
        call_id = await caller.dial()
        clock.now += 10
        await caller.poll(call_id)

        refused = await caller.call()

        assert refused.status_code == 429
        assert refused.headers["Retry-After"] == "50"
        assert len(callcow.dials) == 1


async def test_the_rate_lets_requests_pass_again_after_a_minute() -> None:
    clock = Clock()
    async with running(requests_per_minute=1, clock=clock) as (_, caller):
        await caller.call()
        clock.now += 60

        answer = await caller.call()

        assert answer.status_code == 200


# The status address


async def test_a_call_under_way_is_in_progress(callcow: CallCowSimulator, caller: Caller) -> None:
    call_id = await caller.dial()

    answer = await caller.poll(call_id)

    assert answer.status_code == 200
    assert answer.json() == {
        "call_id": call_id,
        "workflow_id": callcow.dials[0].workflow_id,
        "call_status": "in_progress",
        "provider_status": "ringing",
    }


async def test_a_poll_of_an_ended_call_finds_what_the_callback_said(
    callcow: CallCowSimulator, caller: Caller, receiver: Receiver
) -> None:
    call_id = await caller.dial(callback_url=receiver.url)
    await callcow.finish(call_id)

    answer = await caller.poll(call_id)

    assert answer.json() == json.loads(receiver.received[0][1])


async def test_a_poll_of_an_unknown_call_is_answered_with_404(caller: Caller) -> None:
    answer = await caller.poll("abc-123")

    assert answer.status_code == 404
    assert answer.json() == {"success": False, "error": "Call not found"}


async def test_a_poll_with_a_wrong_key_is_refused_with_401(caller: Caller) -> None:
    call_id = await caller.dial()

    answer = await caller.http.get(f"/calls/{call_id}", headers={"Authorization": "Bearer wrong"})

    assert answer.status_code == 401


# EndReason a call


async def test_the_callback_has_the_nine_fields_of_the_seed(receiver: Receiver) -> None:
    async with running(clock=Clock()) as (callcow, caller):
        call_id = await caller.dial(callback_url=receiver.url)

        await callcow.finish(call_id, "no_answer")

        assert json.loads(receiver.received[0][1]) == {
            "call_id": call_id,
            "workflow_id": callcow.dials[0].workflow_id,
            "call_status": "not_picked_up",
            "provider_status": "no-answer",
            "call_summary": "No one answered.",
            "messages": [],
            "context": None,
            "form_fills": [],
            "created_at": "2026-03-30T12:00:00.000Z",
        }


async def test_the_seeds_callback_can_be_delivered_to_the_letter(
    callcow: CallCowSimulator, caller: Caller, receiver: Receiver
) -> None:
    seed = json.loads((SAMPLES / "callcow_callback_seed.json").read_text())
    call_id = await caller.dial(callback_url=receiver.url)

    await callcow.finish(call_id, **seed)

    assert json.loads(receiver.received[0][1]) == seed


@pytest.mark.parametrize(
    ("outcome", "call_status", "provider_status"),
    [
        ("completed", "success", "completed"),
        ("no_answer", "not_picked_up", "no-answer"),
        ("busy", "not_picked_up", "busy"),
        ("failed", "not_picked_up", "failed"),
        ("canceled", "not_picked_up", "canceled"),
        ("voicemail", "voicemail", "completed"),
    ],
)
async def test_an_outcome_has_the_statuses_of_the_seeds_table(
    callcow: CallCowSimulator,
    caller: Caller,
    outcome: Outcome,
    call_status: str,
    provider_status: str,
) -> None:
    call_id = await caller.dial()

    final = callcow.end(call_id, outcome)

    assert (final["call_status"], final["provider_status"]) == (call_status, provider_status)


async def test_a_field_of_the_payload_can_be_changed_dropped_or_added(
    callcow: CallCowSimulator, caller: Caller
) -> None:
    call_id = await caller.dial()

    final = callcow.end(
        call_id, call_id=None, messages="odd", form_fills=LEFT_OUT, workflow_name="Booking"
    )

    assert final["call_id"] is None
    assert final["messages"] == "odd"
    assert "form_fills" not in final
    assert final["workflow_name"] == "Booking"


async def test_a_callback_carries_the_secret_as_bearer_token(
    callcow: CallCowSimulator, caller: Caller, receiver: Receiver
) -> None:
    call_id = await caller.dial(callback_url=receiver.url, callback_secret="my-secret-token")

    await callcow.finish(call_id)

    headers, _ = receiver.received[0]
    assert headers["Authorization"] == "Bearer my-secret-token"
    assert headers["Content-Type"] == "application/json"


async def test_a_callback_without_a_secret_carries_no_authorization(
    callcow: CallCowSimulator, caller: Caller, receiver: Receiver
) -> None:
    call_id = await caller.dial(callback_url=receiver.url)

    await callcow.finish(call_id)

    assert "Authorization" not in receiver.received[0][0]


async def test_a_failed_callback_is_not_repeated_and_its_status_is_kept(
    callcow: CallCowSimulator, caller: Caller, receiver: Receiver
) -> None:
    receiver.status = 503
    call_id = await caller.dial(callback_url=receiver.url)

    delivery = await callcow.finish(call_id)

    assert delivery is not None
    assert (delivery.status, delivery.error) == (503, None)
    assert callcow.dial(call_id).deliveries == [delivery]
    assert len(receiver.received) == 1


async def test_a_callback_does_not_follow_redirects(
    callcow: CallCowSimulator, caller: Caller, receiver: Receiver
) -> None:
    receiver.status = 307
    call_id = await caller.dial(callback_url=receiver.url)

    delivery = await callcow.finish(call_id)

    assert delivery is not None
    assert delivery.status == 307
    assert len(receiver.received) == 1


async def test_a_callback_that_nobody_takes_names_its_error(
    callcow: CallCowSimulator, caller: Caller
) -> None:
    async with Receiver() as gone:
        url = gone.url
    call_id = await caller.dial(callback_url=url)

    delivery = await callcow.finish(call_id)

    assert delivery is not None
    assert (delivery.status, delivery.error) == (None, "ClientConnectorError")


async def test_a_callback_that_is_not_answered_in_time_is_given_up(receiver: Receiver) -> None:
    receiver.release.clear()
    async with running(callback_seconds=0.05) as (callcow, caller):
        call_id = await caller.dial(callback_url=receiver.url)

        delivery = await callcow.finish(call_id)

    receiver.release.set()
    assert delivery is not None
    assert (delivery.status, delivery.error) == (None, "TimeoutError")


async def test_a_callback_never_leaves_this_machine(
    callcow: CallCowSimulator, caller: Caller
) -> None:
    call_id = await caller.dial(callback_url="https://agent.example.com/results")

    delivery = await callcow.finish(call_id)

    assert delivery is not None
    assert (delivery.status, delivery.error) == (None, "OutsideLoopback")


async def test_a_call_without_callback_url_ends_for_the_poll_alone(
    callcow: CallCowSimulator, caller: Caller
) -> None:
    call_id = await caller.dial()

    delivery = await callcow.finish(call_id, "busy")

    assert delivery is None
    assert (await caller.poll(call_id)).json()["provider_status"] == "busy"


async def test_a_call_that_ends_without_its_callback_is_found_by_the_poll(
    callcow: CallCowSimulator, caller: Caller, receiver: Receiver
) -> None:
    call_id = await caller.dial(callback_url=receiver.url)

    callcow.end(call_id)

    assert (await caller.poll(call_id)).json()["call_status"] == "success"
    assert receiver.received == []


async def test_any_body_with_any_headers_can_be_delivered_before_the_end(
    callcow: CallCowSimulator, caller: Caller, receiver: Receiver
) -> None:
    call_id = await caller.dial(callback_url=receiver.url, callback_secret="my-secret-token")

    await callcow.deliver(call_id, b"{odd", {"Authorization": "Bearer wrong"})

    headers, body = receiver.received[0]
    assert body == b"{odd"
    assert headers["Authorization"] == "Bearer wrong"
    assert callcow.dial(call_id).final is None


async def test_a_raw_delivery_without_headers_is_authorized_as_usual(
    callcow: CallCowSimulator, caller: Caller, receiver: Receiver
) -> None:
    sample = (SAMPLES / "callcow_callback_webhook.json").read_bytes()
    call_id = await caller.dial(callback_url=receiver.url, callback_secret="my-secret-token")

    await callcow.deliver(call_id, sample)

    headers, body = receiver.received[0]
    assert body == sample
    assert headers["Authorization"] == "Bearer my-secret-token"


async def test_nothing_can_be_delivered_to_a_call_without_callback_url(
    callcow: CallCowSimulator, caller: Caller
) -> None:
    call_id = await caller.dial()

    with pytest.raises(ValueError, match="without a callback_url"):
        await callcow.deliver(call_id, b"{}")


async def test_an_ended_call_can_be_delivered_again(
    callcow: CallCowSimulator, caller: Caller, receiver: Receiver
) -> None:
    call_id = await caller.dial(callback_url=receiver.url)
    first = await callcow.finish(call_id)
    assert first is not None

    second = await callcow.deliver(call_id, first.body)

    assert callcow.dial(call_id).deliveries == [first, second]
    assert receiver.received[0][1] == receiver.received[1][1]


async def test_a_callback_can_come_before_the_answer(
    callcow: CallCowSimulator, caller: Caller, receiver: Receiver
) -> None:
    held = asyncio.Event()
    callcow.faults.add("call-prompt", Fault(when="after", hold=held))
    answer = asyncio.create_task(caller.call(callback_url=receiver.url))
    await callcow.until(lambda: callcow.dials)

    await callcow.finish(callcow.dials[0].call_id)

    assert len(receiver.received) == 1
    assert not answer.done()
    held.set()
    assert (await answer).status_code == 200


# Faults


async def test_a_fault_before_the_call_dials_nobody(
    callcow: CallCowSimulator, caller: Caller
) -> None:
    callcow.faults.add("call-prompt", Fault(status=503, headers={"X-Odd": "1"}, body="busy"))

    answer = await caller.call()

    assert (answer.status_code, answer.headers["X-Odd"], answer.text) == (503, "1", "busy")
    assert callcow.dials == []
    assert callcow.requests[0].status == 503


async def test_a_fault_after_the_call_spoils_only_the_answer(
    callcow: CallCowSimulator, caller: Caller
) -> None:
    callcow.faults.add("call-prompt", Fault(when="after", status=502))

    answer = await caller.call()

    assert answer.status_code == 502
    assert len(callcow.dials) == 1


@pytest.mark.parametrize(("when", "dialed"), [("before", 0), ("after", 1)])
async def test_a_dropped_connection_is_no_error_of_the_server(
    callcow: CallCowSimulator,
    caller: Caller,
    caplog: pytest.LogCaptureFixture,
    when: Any,
    dialed: int,
) -> None:
    callcow.faults.add("call-prompt", Fault(when=when, drop=True))

    with pytest.raises(httpx.RemoteProtocolError):
        await caller.call()

    assert len(callcow.dials) == dialed
    assert callcow.requests[0].status is None
    assert [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")] == []


async def test_a_caller_that_gives_up_is_no_error_of_the_server_and_the_call_goes_on(
    callcow: CallCowSimulator, caller: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    held = asyncio.Event()
    callcow.faults.add("call-prompt", Fault(hold=held))
    request = asyncio.create_task(caller.call())
    await callcow.until(lambda: callcow.requests)

    request.cancel()
    await asyncio.wait([request])
    held.set()

    await callcow.until(lambda: callcow.dials)
    assert [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")] == []


async def test_a_caller_that_goes_away_while_sending_is_no_error_of_the_server(
    callcow: CallCowSimulator, caller: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", URL(callcow.base_url).port)
    writer.write(b"POST /api/call-prompt HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
    await writer.drain()

    writer.close()
    await writer.wait_closed()
    await caller.call()

    assert len(callcow.requests) == 1
    assert [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")] == []


async def test_a_poll_can_fail_too(callcow: CallCowSimulator, caller: Caller) -> None:
    call_id = await caller.dial()
    callcow.faults.add("calls", Fault(status=500))

    first = await caller.poll(call_id)
    second = await caller.poll(call_id)

    assert (first.status_code, second.status_code) == (500, 200)


async def test_a_held_request_does_not_hold_up_the_end_of_the_server() -> None:
    async with running() as (callcow, caller):
        callcow.faults.add("call-prompt", Fault(hold=asyncio.Event()))
        request = asyncio.create_task(caller.call())
        await callcow.until(lambda: callcow.requests)

        await callcow.stop()

        with pytest.raises(httpx.TransportError):
            await request


# Waiting


async def test_waiting_for_what_never_comes_says_what_was_awaited(
    callcow: CallCowSimulator, caller: Caller
) -> None:
    await caller.call()

    with pytest.raises(TimeoutError) as failure:
        await callcow.until(lambda: len(callcow.dials) == 2, seconds=0.01)

    text = str(failure.value)
    assert text.startswith("not within 0.01 s: ")
    assert "lambda: len(callcow.dials) == 2" in text
    assert "requests: POST /api/call-prompt 200" in text
    assert "dials: +14155552671 ringing" in text


async def test_a_page_can_wait_for_the_next_change(
    callcow: CallCowSimulator, caller: Caller
) -> None:
    seen = callcow.changes.count
    next_change = asyncio.create_task(callcow.changes.after(seen))

    await caller.call()

    assert await next_change > seen


# Calls that run by themselves


async def test_a_call_left_to_itself_goes_through_its_steps_to_the_callback(
    receiver: Receiver,
) -> None:
    async with running(scenario=lambda _: Scenario(), pace=0) as (callcow, caller):
        call_id = await caller.dial(callback_url=receiver.url)
        dial = callcow.dial(call_id)

        await callcow.until(lambda: dial.deliveries)

        kinds = [step.kind for step in dial.steps]
        assert kinds == ["dialing", "ringing", "answered", *["line"] * 5, "ended"]
        said = [step.content for step in dial.steps if step.kind == "line"]
        reported = json.loads(receiver.received[0][1])
        assert [message["content"] for message in reported["messages"]] == said
        assert reported["call_status"] == "success"


async def test_the_poll_follows_a_call_step_by_step() -> None:
    slow = Scenario(ringing_seconds=3600)
    async with running(scenario=lambda _: slow, pace=1) as (_, caller):
        call_id = await caller.dial()

        answer = await caller.poll(call_id)

        assert answer.json()["provider_status"] == "queued"


async def test_a_choice_of_no_course_leaves_the_call_to_be_finished_by_hand() -> None:
    async with running(scenario=lambda _: None, pace=0) as (callcow, caller):
        call_id = await caller.dial()

        callcow.end(call_id, "busy")

        assert [step.kind for step in callcow.dial(call_id).steps] == [
            "dialing",
            "ringing",
            "ended",
        ]


async def test_finishing_by_hand_ends_the_calls_own_course(receiver: Receiver) -> None:
    async with running(scenario=lambda _: Scenario()) as (callcow, caller):
        call_id = await caller.dial(callback_url=receiver.url)

        await callcow.finish(call_id, "canceled")

        assert [step.kind for step in callcow.dial(call_id).steps] == ["dialing", "ended"]
        assert len(receiver.received) == 1


async def test_the_end_of_the_server_ends_calls_under_way(receiver: Receiver) -> None:
    async with running(scenario=lambda _: Scenario()) as (callcow, caller):
        call_id = await caller.dial(callback_url=receiver.url)

    assert callcow.dial(call_id).final is None
    assert receiver.received == []


@pytest.mark.parametrize(
    ("digits", "statuses", "callbacks"),
    [
        ("00", ("success", "completed"), 1),
        ("01", ("not_picked_up", "no-answer"), 1),
        ("02", ("not_picked_up", "busy"), 1),
        ("03", ("not_picked_up", "failed"), 1),
        ("04", ("not_picked_up", "canceled"), 1),
        ("05", ("voicemail", "completed"), 1),
        ("07", ("success", "completed"), 0),
        ("08", ("success", "completed"), 2),
        ("71", ("success", "completed"), 1),
    ],
)
async def test_the_last_digits_choose_the_course(
    receiver: Receiver, digits: str, statuses: tuple[str, str], callbacks: int
) -> None:
    async with running(scenario=by_last_digits(), pace=0) as (callcow, caller):
        call_id = await caller.dial(
            recipient_phone=f"+141555501{digits}", callback_url=receiver.url
        )
        dial = callcow.dial(call_id)

        await callcow.until(lambda: dial.final and len(dial.deliveries) == callbacks)

        assert dial.final is not None
        assert (dial.final["call_status"], dial.final["provider_status"]) == statuses
        assert len(receiver.received) == callbacks


async def test_a_number_that_ends_in_06_is_refused_and_not_dialed() -> None:
    async with running(scenario=by_last_digits()) as (callcow, caller):
        answer = await caller.call(recipient_phone="+14155550106")

        assert answer.status_code == 422
        assert answer.json()["error"].startswith("This number cannot be called")
        assert callcow.dials == []


def test_the_table_of_last_digits_has_a_label_for_each_course() -> None:
    labels = [scenario.label for scenario in LAST_DIGITS.values()]

    assert list(LAST_DIGITS) == ["00", "01", "02", "03", "04", "05", "06", "07", "08", "09"]
    assert len(set(labels)) == len(labels)


# What is said


def test_a_completed_conversation_names_what_the_prompt_asks_for() -> None:
    conversation = converse(PROMPT, "completed")

    assert conversation.summary == "The person called agreed: Friday, 7pm, Josh."
    assert conversation.form_fills == [
        {"name": "day", "value": "Friday"},
        {"name": "time", "value": "7pm"},
        {"name": "name", "value": "Josh"},
    ]


def test_a_name_is_found_by_its_possessive() -> None:
    prompt = "Confirm Sarah Johnson's 3pm appointment tomorrow at Dr. Smith's office"

    conversation = converse(prompt, "completed")

    assert conversation.summary == "The person called agreed: tomorrow, 3pm, Sarah Johnson."


def test_a_name_that_is_said_to_be_one_comes_before_a_possessive() -> None:
    conversation = converse("Ring Luigi's and book a table under Josh", "completed")

    assert conversation.details == (("name", "Josh"),)


def test_a_survey_has_more_lines_and_answers_than_fit_one_page() -> None:
    conversation = LAST_DIGITS["09"].conversation(PROMPT)

    assert conversation.summary == "The person called answered all 44 questions."
    assert len(conversation.lines) == 90
    assert conversation.form_fills[1] == {"name": "food at weekends", "value": "3 of 5"}


def test_a_prompt_without_details_still_makes_a_conversation() -> None:
    conversation = converse("Ask whether the shop is open", "completed")

    assert conversation.summary == "The person called agreed."
    assert conversation.form_fills == []


@pytest.mark.parametrize("outcome", ["completed", "voicemail"])
def test_the_ai_says_that_it_is_one(outcome: Outcome) -> None:
    lines = converse(PROMPT, outcome).lines

    first = next(line.content for line in lines if line.role == "assistant")
    assert first.startswith("Hello, I am an AI assistant")


@pytest.mark.parametrize("outcome", ["no_answer", "busy", "failed", "canceled"])
def test_nothing_is_said_on_a_call_that_nobody_takes(outcome: Outcome) -> None:
    assert converse(PROMPT, outcome).messages == []
