"""A message: its blocks, and the text that notifications and screen readers give."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from slack_sdk.models.blocks import Block

from bot.blocks.text import TEXT_MAX, cut


@dataclass(frozen=True)
class Message:
    """What is posted: `text` is escaped mrkdwn, `blocks` is Block Kit's JSON."""

    text: str
    blocks: list[dict[str, Any]]

    @classmethod
    def of(cls, text: str, blocks: Sequence[Block]) -> Self:
        """Return the message, its text cut; raises `SlackObjectFormationError` past a limit."""
        return cls(cut(text, TEXT_MAX), [block.to_dict() for block in blocks])
