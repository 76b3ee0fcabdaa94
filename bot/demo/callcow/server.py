"""CallCow's API on loopback: it keeps the contract of call-prompt, and dials nobody."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, Self
from uuid import uuid4

from aiohttp import web

from bot.demo.callcow.accounts import Account, Accounts
from bot.demo.callcow.callback import CALLBACK_SECONDS, Callbacks
from bot.demo.callcow.contract import Order, Outcome, Refused, payload, read_order
from bot.demo.callcow.conversation import converse
from bot.demo.callcow.dial import Delivery, Dial, Moment, ReceivedRequest, StepKind
from bot.demo.callcow.keys import IdempotencyKeys, KeyStored
from bot.demo.callcow.rate import Rate
from bot.demo.callcow.running_calls import RunningCalls
from bot.demo.callcow.scenario import ChooseScenario, Scenario
from bot.demo.changes import Changes
from bot.demo.faults import Faults
from bot.demo.loopback import Loopback

API_KEY: Final = "ck_live_simulator"
# Given as an override to `finish` or `end`, this leaves the field out of the payload.
LEFT_OUT: Final = object()

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class CallCowSimulator:
    """A running stand-in for CallCow: what it was asked for, and what it reports.

    Calls end by hand (`finish`, `end`) or by themselves, as `scenario` decides. `pace` scales the
    delays of a scenario: with 0 it is through at once, and a callback can come before the answer.
    `clock` gives seconds since the epoch. Another customer has a key, calls and a rate of its own
    (`add_customer`). The faults "call-prompt" and "calls" (the poll) concern
    well-formed requests with the right key, after the rate has been counted.
    """

    def __init__(
        self,
        *,
        api_key: str = API_KEY,
        port: int = 0,
        clock: Callable[[], float] = time.time,
        key_stored: KeyStored = "on_arrival",
        requests_per_minute: int | None = None,
        answers_call_id: bool = True,
        allow_http_loopback: bool = True,
        callback_seconds: float = CALLBACK_SECONDS,
        scenario: ChooseScenario | None = None,
        pace: float = 1.0,
    ) -> None:
        def new_account(customer: str | None) -> Account:
            keys = IdempotencyKeys(key_stored, clock)
            return Account(customer, keys, Rate(requests_per_minute, clock))

        self._accounts = Accounts(api_key, new_account)
        self._server = Loopback(port)
        self.dials: list[Dial] = []
        self.refused: list[Dial] = []
        self.requests: list[ReceivedRequest] = []
        self.faults = Faults()
        self.changes = Changes()
        self._dials_by_id: dict[str, Dial] = {}
        self._clock = clock
        self._answers_call_id = answers_call_id
        self._allow_http_loopback = allow_http_loopback
        self._callback_seconds = callback_seconds
        self._scenario = scenario
        self._pace = pace
        self._running = RunningCalls()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def api_key(self) -> str:
        """The key of the first customer, which may be replaced."""
        return self._accounts.api_key

    @api_key.setter
    def api_key(self, api_key: str) -> None:
        self._accounts.api_key = api_key

    @property
    def base_url(self) -> str:
        """The address to give to the bot as CALLCOW_BASE_URL."""
        return f"{self._server.url}/api"

    async def start(self) -> None:
        """Listen on loopback; a port of 0 becomes a free one."""
        application = web.Application(middlewares=[self._record])
        application.router.add_post("/api/call-prompt", self._call_prompt)
        # The API reference names no address to poll: this one is an assumption.
        application.router.add_get("/api/calls/{call_id}", self._poll)
        application.router.add_get("/api/workflows", self._workflows)
        await self._server.start(application)
        self._callbacks = Callbacks(self._callback_seconds, self._clock)

    async def stop(self) -> None:
        """End all calls that run by themselves, and the server."""
        await self._running.stop_all()
        await self._server.stop()
        await self._callbacks.close()

    def add_customer(self) -> str:
        """Return the key of another customer."""
        return self._accounts.add()

    def dial(self, call_id: str) -> Dial:
        """Return the call with that id, or raise KeyError."""
        return self._dials_by_id[call_id]

    def dials_of(self, idempotency_key: str) -> list[Dial]:
        """Return the calls that were dialed for that key: one, if nobody was called twice."""
        return [dial for dial in self.dials if dial.idempotency_key == idempotency_key]

    async def until(self, condition: Callable[[], object], seconds: float = 30) -> None:
        """Wait until `condition` holds, looking again at every change, or raise TimeoutError."""
        await self.changes.until(condition, seconds, self._describe)

    def end(
        self, call_id: str, /, outcome: Outcome = "completed", **overrides: Any
    ) -> dict[str, Any]:
        """End a call and return its payload, which a poll then finds; nothing is delivered.

        Each override is put in place of a field, or beside the nine if there is none of that name;
        with `LEFT_OUT` the field is missing.
        """
        dial = self.dial(call_id)
        self._running.stop(call_id)
        conversation = converse(dial.prompt, outcome)
        fields = payload(call_id, dial.workflow_id, dial.dialed_at, outcome, conversation.summary)
        fields |= {"messages": conversation.messages} | overrides
        dial.final = {name: value for name, value in fields.items() if value is not LEFT_OUT}
        self._note(dial, "ended")
        return dial.final

    async def finish(
        self, call_id: str, /, outcome: Outcome = "completed", **overrides: Any
    ) -> Delivery | None:
        """End a call as `end` does and make the one callback attempt, if one was asked for."""
        self.end(call_id, outcome, **overrides)
        return await self._report(self.dial(call_id))

    async def deliver(
        self, call_id: str, body: bytes, headers: Mapping[str, str] | None = None
    ) -> Delivery:
        """Post any body to the call's callback address, at any time and as often as wanted.

        `headers` are all that are sent; with None they are those of a normal callback.
        """
        dial = self.dial(call_id)
        delivery = await self._callbacks.post(dial, body, headers)
        dial.deliveries.append(delivery)
        self.changes.notify()
        return delivery

    async def _report(self, dial: Dial) -> Delivery | None:
        if dial.callback_url is None:
            return None
        return await self.deliver(dial.call_id, json.dumps(dial.final).encode())

    @web.middleware
    async def _record(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        try:
            body = await request.read()
        except ConnectionError:
            # The caller went away while sending: there is no request, and nobody to answer.
            return web.Response(status=400)
        received = ReceivedRequest(
            method=request.method,
            path=request.path_qs,
            headers=request.headers,
            body=body,
            received_at=self._clock(),
        )
        self.requests.append(received)
        self.changes.notify()
        try:
            answer = await handler(request)
        except Refused as refused:
            answer = _refusal(refused)
        except web.HTTPException as error:
            answer = _refusal(Refused(error.status, error.reason))
        # An answer to a connection that is gone (dropped, given up) reaches nobody.
        if request.transport is not None and not request.transport.is_closing():
            received.status = answer.status
            body_sent = getattr(answer, "body", None)
            received.answer = body_sent if isinstance(body_sent, bytes) else b""
        self.changes.notify()
        return answer

    async def _call_prompt(self, request: web.Request) -> web.StreamResponse:
        account = self._accounts.admit(request)
        if request.content_type != "application/json":
            raise Refused(400, "Content-Type: must be application/json")
        body = await request.read()
        order = read_order(body, allow_http_loopback=self._allow_http_loopback)
        with account.keys.arrival(order.idempotency_key) as turn:

            async def answer() -> dict[str, Any]:
                return await turn.answer(lambda: self._dial(order, account.customer))

            return await self._spoilable("call-prompt", request, answer)

    async def _poll(self, request: web.Request) -> web.StreamResponse:
        account = self._accounts.admit(request)

        async def status() -> dict[str, Any]:
            dial = self._dials_by_id.get(request.match_info["call_id"])
            if dial is None or dial.customer != account.customer:
                raise Refused(404, "Call not found")
            return dial.status

        return await self._spoilable("calls", request, status)

    async def _workflows(self, request: web.Request) -> web.StreamResponse:
        self._accounts.admit(request)

        async def none() -> dict[str, Any]:
            return {"workflows": []}

        return await self._spoilable("workflows", request, none)

    async def _spoilable(
        self, name: str, request: web.Request, answer: Callable[[], Awaitable[dict[str, Any]]]
    ) -> web.StreamResponse:
        async def handle() -> web.StreamResponse:
            try:
                return web.json_response(await answer())
            except Refused as refused:
                return _refusal(refused)

        return await self.faults.serve(name, request, handle)

    def _dial(self, order: Order, customer: str | None) -> dict[str, Any]:
        dial = Dial(
            customer=customer,
            call_id=str(uuid4()),
            workflow_id=str(uuid4()),
            dialed_at=self._clock(),
            **order.model_dump(),
        )
        scenario = self._scenario(dial) if self._scenario else None
        if scenario is not None and scenario.refusal is not None:
            dial.refusal = scenario.refusal[1]
            self.refused.append(dial)
            raise Refused(*scenario.refusal)
        self.dials.append(dial)
        self._dials_by_id[dial.call_id] = dial
        self._note(dial, "dialing")
        if scenario is None:
            self._note(dial, "ringing")
        else:
            self._running.start(dial.call_id, self._follow(dial, scenario))
        call_id = dial.call_id if self._answers_call_id else None
        return {"success": True, "workflow_id": dial.workflow_id, "call_id": call_id}

    async def _follow(self, dial: Dial, scenario: Scenario) -> None:
        conversation = scenario.conversation(dial.prompt)
        said = {"call_summary": conversation.summary, "messages": conversation.messages}
        for seconds, kind, line in scenario.steps(conversation):
            await asyncio.sleep(seconds * self._pace)
            if kind == "ended":
                fills = conversation.form_fills
                self.end(dial.call_id, scenario.outcome, **said, form_fills=fills)
            else:
                self._note(dial, kind, *((line.role, line.content) if line else ()))
        for _ in range(scenario.callbacks):
            await self._report(dial)

    def _note(
        self, dial: Dial, kind: StepKind, role: str | None = None, content: str | None = None
    ) -> None:
        dial.steps.append(Moment(kind=kind, at=self._clock(), role=role, content=content))
        self.changes.notify()

    def _describe(self) -> str:
        requests = (f"{got.method} {got.path} {got.status}" for got in self.requests)
        dials = (f"{dial.recipient_phone} {dial.steps[-1].kind}" for dial in self.dials)
        return f"requests: {', '.join(requests) or 'none'}\ndials: {', '.join(dials) or 'none'}"


def _refusal(refused: Refused) -> web.Response:
    return web.json_response(refused.body, status=refused.status, headers=refused.headers)
