"""The account of a chaos run: what was lost, dialed twice, untrue in a thread, or said twice."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.blocks.words.outcomes import how_it_went
from bot.callcow.payload import read_payload
from bot.core.calls.call import Call
from bot.core.calls.states import State
from bot.demo.callcow.dial import Dial
from bot.demo.slack.workspace import Workspace
from tests.faults.chaos_neighbors import LIE
from tests.faults.chaos_people import Request, Told
from tests.faults.chaos_posts import Cause, Post, Posts, number_in, words_of
from tests.world import World

_LINES_MAX: Final = 40
_NOT_PLACED: Final = "Not placed"
_NO_RESULT: Final = "No result received"
_NOBODY_CALLED: Final = (_NOT_PLACED, "no call was made")
# What the bot logs of what nobody foresaw.
_UNFORESEEN: Final = ("step failed", "handler failed", "socket request failed", "Traceback")


@dataclass
class Account:
    """What a run came to; it is `sound` if every promise was kept."""

    asked: int
    acknowledged: int
    dialed: int
    kills: int
    outages: Counter[str]
    faults: Counter[str]
    lost: list[str]
    dialed_twice: list[str]
    untrue: list[str]
    doubled: Counter[Cause]
    unexplained: list[str] = field(default_factory=list)
    unforeseen: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing was lost, dialed twice, untrue, or said twice without a cause."""
        return not self.wrong and not self.doubled[Cause.UNEXPLAINED]

    @property
    def wrong(self) -> list[str]:
        """A line for each thing that is wrong."""
        return [*self.dialed_twice, *self.untrue, *self.lost, *self.unforeseen]

    def __str__(self) -> str:
        """Return the account in a few lines, and the first of what is wrong."""
        causes = ", ".join(f"{self.doubled[cause]} {cause}" for cause in Cause)
        outages = ", ".join(f"{count} × {name}" for name, count in sorted(self.outages.items()))
        faults = ", ".join(f"{name} {count}" for name, count in sorted(self.faults.items()))
        return "\n".join(
            [
                f"acknowledged   {self.acknowledged} calls, asked for {self.asked} times",
                f"dialed         {self.dialed}",
                f"killed         {self.kills} times",
                f"database       {outages or 'never away'}",
                f"faults         {self.faults.total()}: {faults}",
                f"lost           {len(self.lost)}",
                f"dialed twice   {len(self.dialed_twice)}",
                f"untrue         {len(self.untrue)}",
                f"doubled posts  {self.doubled.total()}: {causes}",
                f"unforeseen     {len(self.unforeseen)}",
                *[*self.wrong, *self.unexplained][:_LINES_MAX],
            ]
        )


def account(
    world: World, requests: Sequence[Request], saved: Sequence[Call], posts: Posts
) -> Account:
    """Return the account of calls, dials and posts as they stand now."""
    rows: dict[str, list[Call]] = {}
    for call in saved:
        rows.setdefault(call.recipient, []).append(call)
    threads = _Threads(world.slack.workspace, posts, _said(world))
    made = Account(
        asked=len(requests),
        acknowledged=sum(request.told is Told.ACKNOWLEDGED for request in requests),
        dialed=len(world.callcow.dials),
        kills=0,
        outages=Counter(),
        faults=Counter(),
        lost=[],
        dialed_twice=[],
        untrue=[],
        doubled=posts.doubled(),
        unexplained=posts.unexplained(),
    )
    for request in requests:
        calls = rows.get(request.number, [])
        made.lost += _lost(request, calls, threads)
        made.untrue += _untrue_to_person(request, calls)
        for call in calls:
            # Under its own key, or under whatever key: the number is of this request alone.
            by_key = world.callcow.dials_of(str(call.id))
            dials = [dial for dial in world.callcow.dials if dial.recipient_phone == call.recipient]
            if len(by_key) > 1 or len(dials) > 1:
                made.dialed_twice.append(
                    f"{call.id} was dialed {len(dials)} times, {len(by_key)} of them by its key"
                )
            made.untrue += [f"{call.id} {lie}" for lie in threads.lies(call, dials)]
    return made


def unforeseen(log: Sequence[str]) -> list[str]:
    """Return the lines of a log that tell of what nobody foresaw."""
    return [line for line in log if any(words in line for words in _UNFORESEEN)]


class _Threads:
    """What was said of each call, and where."""

    def __init__(self, workspace: Workspace, posts: Posts, said: dict[str, list[str]]) -> None:
        self._workspace = workspace
        self._said = said
        self._reports: dict[str, list[Post]] = {}
        for post in posts.all:
            if post.says and post.stands:
                self._reports.setdefault(post.number, []).append(post)

    def is_reported(self, call: Call) -> bool:
        """Whether the call's result stands in its thread, or in the direct message instead."""
        direct = self._workspace.direct_message(call.requester).id
        return call.state is State.REPORTED and any(
            channel == direct or (channel, thread) == (call.posted_in, call.root_ts)
            for channel, thread in self.reports(call)
        )

    def reports(self, call: Call) -> list[tuple[str, str | None]]:
        """Return where results of that call stand: channel and thread."""
        places = [post.request.arguments for post in self._reports.get(call.recipient, [])]
        return [(place["channel"], place.get("thread_ts")) for place in places]

    def lies(self, call: Call, dials: Sequence[Dial]) -> Iterator[str]:
        """Return what is not true of all that was ever said of the call."""
        said = self._said.get(call.recipient, [])
        if dials and any(words in text for text in said for words in _NOBODY_CALLED):
            yield "was dialed, and the thread says that it was not"
        if any(LIE in text for text in said):
            yield "shows a stranger's words"
        reported = [post.says for post in self._reports.get(call.recipient, [])]
        real = {words for words in reported if words not in (_NOT_PLACED, _NO_RESULT)}
        if not dials and real:
            yield f"was never dialed, and the thread says {real}"
        if dials:
            yield from _lies_of_result(dials[0], real)


def _lies_of_result(dial: Dial, real: set[str]) -> Iterator[str]:
    ended = how_it_went(read_payload(dial.final or {})).words
    if real - {ended}:
        yield f"ended as {ended}, and the thread says {real}"
    taken = any(delivery.status == 200 for delivery in dial.deliveries)
    if taken and not real:
        yield f"ended as {ended}, which was taken, and the thread does not say so"


def _lost(request: Request, calls: Sequence[Call], threads: _Threads) -> Iterator[str]:
    if request.told is Told.ACKNOWLEDGED and not calls:
        yield f"{request.number} was acknowledged and is not saved"
    for call in calls:
        if not threads.is_reported(call):
            yield (
                f"{call.id} ({request.told}, {call.ending}) is {call.state} and not reported in "
                f"{call.posted_in}, {call.root_ts}, but {threads.reports(call)}"
            )


def _untrue_to_person(request: Request, calls: Sequence[Call]) -> Iterator[str]:
    if request.told is Told.NOT_SAVED and calls:
        yield f"{calls[0].id} is saved, and its person was told that it is not"
    if len(calls) > 1:
        yield f"{request.number} was asked for once and saved {len(calls)} times"


def _said(world: World) -> dict[str, list[str]]:
    """Return all that Slack took of what the bot said, by number."""
    said: dict[str, list[str]] = {}
    for request in world.slack.requests:
        if request.answer and request.answer["ok"]:
            said.setdefault(number_in(request), []).append(words_of(request))
    return said
