"""The CallCow stand-in takes what the contract allows and refuses the rest, over real HTTP."""

import json
from typing import Any

import httpx
import pytest

from bot.demo.callcow.server import CallCowSimulator
from tests.demo.callers import BODY, KEY, NUMBER, PROMPT, SAMPLES, Caller, running


async def test_the_documented_request_gets_an_answer_of_the_documented_shape(
    callcow: CallCowSimulator, caller: Caller
) -> None:
    body = (SAMPLES / "callcow_request.json").read_bytes()
    headers = {"Content-Type": "application/json"}

    answer = await caller.http.post("/call-prompt", content=body, headers=headers)

    seed = json.loads((SAMPLES / "callcow_answer.json").read_text())
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
    answer = await caller.http.get("/numbers")

    assert answer.status_code == 404
    assert answer.json() == {"success": False, "error": "Not Found"}
    assert callcow.requests[0].status == 404
