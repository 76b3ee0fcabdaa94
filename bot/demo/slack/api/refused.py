"""A request to Slack's Web API that is answered with an error."""

from typing import Any


class Refused(Exception):
    """A request that Slack answers with an error."""

    def __init__(self, error: str, **details: Any) -> None:
        super().__init__(error)
        self.error = error
        self.details = details


def invalid(error: str, problems: list[str]) -> Refused:
    """Return the refusal of arguments that have those problems."""
    messages = [f"[ERROR] {problem}" for problem in problems]
    return Refused(error, errors=problems, response_metadata={"messages": messages})
