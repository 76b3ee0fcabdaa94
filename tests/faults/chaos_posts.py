"""Which thread posts stand twice, and whether the bot could have known of the first.

A post may be repeated if its answer never reached the bot, if the bot was killed before it had
committed it, or if the database was away until the lease ran out and another replica took over:
the stand-in knows the one, the database after the blow the others.
"""

import asyncio
import re
import time
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

from bot.demo.slack.api.web_api import WebApiRequest
from tests.builders import texts_in

NUMBER: Final = re.compile(r"\+1 (\d{3})-(\d{3})-(\d{4})")
# Within this a post is committed, even if the database is away for a while.
_COMMIT_SECONDS: Final = 5.0
_RESULT: Final = re.compile(r"<@\w+> \S+ (.+?) · \+1")


class Cause(StrEnum):
    """Why a post was repeated."""

    KILLED = "killed before its commit"
    CUT_OFF = "cut off past its lease"
    UNANSWERED = "never answered"
    UNEXPLAINED = "unexplained"


@dataclass
class Post:
    """A `chat.postMessage` and what the bot can have known of it."""

    request: WebApiRequest
    heard: bool | None = None
    uncommitted_when_killed: bool = False
    uncommitted_when_cut_off: bool = False
    repeated_for: Cause | None = None

    @property
    def number(self) -> str:
        """The number of the call that it is about, in E.164."""
        return number_in(self.request)

    @property
    def says(self) -> str:
        """The outcome that it reports, empty for a status message."""
        found = _RESULT.match(str(self.request.arguments.get("text")))
        return found[1] if found else ""

    @property
    def stands(self) -> bool:
        """Whether Slack took it."""
        return bool(self.request.answer and self.request.answer["ok"])

    @property
    def ts(self) -> str:
        """Its timestamp, if it stands."""
        return str((self.request.answer or {}).get("ts", ""))


class Posts:
    """Every post of a run, and why each that was repeated was."""

    def __init__(self, *, bot_waits: float, lease: float) -> None:
        self.all: list[Post] = []
        self._alike: defaultdict[tuple[str, str], list[Post]] = defaultdict(list)
        # By then the bot has hung up if it did not hear the answer; later it may for other causes.
        self._known_after = 4 * bot_waits
        self._killed_at = 0.0
        # A step has its lease before it asks anybody anything, which takes half of it at most.
        self._lease_left = lease / 2

    def arrived(self, request: WebApiRequest) -> None:
        """Note a post that has just arrived, and judge those before it that it repeats."""
        post = Post(request)
        alike = self._alike[post.number, post.says]
        for earlier in alike:
            if earlier.repeated_for is None:
                earlier.repeated_for = self._cause(earlier, request.at)
        alike.append(post)
        self.all.append(post)
        asyncio.get_running_loop().call_later(self._known_after, _note_heard, post)

    def kill(self) -> None:
        """Note what the bot has heard, as it is about to be killed."""
        self._killed_at = time.time()
        for post in self.all:
            _note_heard(post)

    def killed(self, committed: Collection[str]) -> None:
        """Note which posts the bot took to its grave: their timestamps were not committed."""
        for post in self.all:
            fresh = post.request.at > self._killed_at - _COMMIT_SECONDS
            post.uncommitted_when_killed |= fresh and post.ts not in committed

    def cut_off(self, began: float, ended: float, committed: Collection[str]) -> None:
        """Note which posts could not be committed while the database was away, `began` to `ended`.

        These are seconds since the epoch; what is posted later has nothing to do with it.
        """
        for post in self.all:
            fresh = began - _COMMIT_SECONDS < post.request.at <= ended
            post.uncommitted_when_cut_off |= fresh and post.ts not in committed

    def committed(self, timestamps: Collection[str]) -> None:
        """Note what is committed by now: whoever posts it again could have known of it."""
        for post in self.all:
            if post.ts in timestamps:
                post.uncommitted_when_killed = post.uncommitted_when_cut_off = False

    def doubled(self) -> Counter[Cause]:
        """Return how many posts stand though a later one like them does, by cause."""
        return Counter(
            post.repeated_for or Cause.UNEXPLAINED
            for alike in self._alike.values()
            for post in [post for post in alike if post.stands][:-1]
        )

    def unexplained(self) -> list[str]:
        """Return a line for each of them without a cause: when it stood, and when again."""
        found = []
        for alike in self._alike.values():
            standing = [post for post in alike if post.stands]
            for post, later in pairwise(standing):
                if (post.repeated_for or Cause.UNEXPLAINED) is Cause.UNEXPLAINED:
                    at, seconds = post.request.at, later.request.at - post.request.at
                    says = post.says or "status"
                    found.append(
                        f"{post.number} {says}: {post.ts} at {at:.3f}, {seconds:.3f} s later"
                    )
        return found

    def _cause(self, post: Post, repeated_at: float) -> Cause:
        heard = post.request.heard if post.heard is None else post.heard
        if not heard:
            return Cause.UNANSWERED
        if post.uncommitted_when_killed:
            return Cause.KILLED
        has_run_out = repeated_at - post.request.at >= self._lease_left
        is_cut_off = post.uncommitted_when_cut_off and has_run_out
        return Cause.CUT_OFF if is_cut_off else Cause.UNEXPLAINED


def number_in(request: WebApiRequest) -> str:
    """Return the number that a message is about, in E.164."""
    found = NUMBER.search(str(request.arguments.get("text")))
    return "+1" + "".join(found.groups()) if found else ""


def words_of(request: WebApiRequest) -> str:
    """Return all that a message says."""
    return f"{request.arguments.get('text')}\n{texts_in(request.arguments.get('blocks'))}"


def _note_heard(post: Post) -> None:
    if post.heard is None:
        post.heard = post.request.heard
