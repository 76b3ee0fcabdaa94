"""A message: its blocks, and the text that notifications and screen readers give."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from slack_sdk.models.blocks import Block

from bot.blocks.formatting.text import TEXT_MAX, cut

# What all blocks of one message may take together; Slack says about 13,200 characters.
_BLOCKS_MAX: Final = 13_000


@dataclass(frozen=True)
class Message:
    """What is posted: `text` is escaped mrkdwn, `blocks` is Block Kit's JSON."""

    text: str
    blocks: list[dict[str, Any]]

    @classmethod
    def of(cls, text: str, blocks: Sequence[Block]) -> Self:
        """Return the message, its text cut; raises `SlackObjectFormationError` past a limit."""
        return cls(cut(text, TEXT_MAX), [block.to_dict() for block in blocks])


def fits(blocks: Sequence[Block]) -> bool:
    """Whether Slack takes the blocks in one message, all of them together."""
    written = json.dumps([block.to_dict() for block in blocks], ensure_ascii=False)
    return len(written) <= _BLOCKS_MAX
