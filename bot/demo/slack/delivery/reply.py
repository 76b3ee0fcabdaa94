"""What a bot replies to something a person did, and what that person may see go wrong."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self


@dataclass(frozen=True)
class Reply:
    """A bot's reply: an HTTP response, or the acknowledgement of an envelope (as status 200).

    `problem` is what made the reply useless to Slack: `operation_timeout`, `dispatch_failed`, or
    words on what Slack would refuse in its content. `json` is None for what is not JSON.
    """

    status: int | None
    text: str
    seconds: float
    problem: str | None = None
    headers: Mapping[str, str] | None = None

    @property
    def json(self) -> Any:
        """The body, where it is JSON."""
        try:
            return json.loads(self.text)
        except json.JSONDecodeError:
            return None

    @property
    def acknowledged(self) -> bool:
        """Whether the bot took it, in time."""
        return self.status == 200

    def with_problem(self, problem: str | None) -> Self:
        """Return the reply with what is wrong in its content."""
        return replace(self, problem=problem)
