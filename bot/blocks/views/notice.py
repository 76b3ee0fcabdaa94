"""A sentence in a modal: for a person who pressed something where no message can answer."""

from typing import Any

from slack_sdk.models.blocks import SectionBlock
from slack_sdk.models.views import View

from bot.blocks.formatting.text import SECTION_MAX, cut, markdown


def notice(text: str) -> dict[str, Any]:
    """Return a view that says `text`, which is mrkdwn."""
    block = SectionBlock(text=markdown(cut(text, SECTION_MAX)))
    return View(type="modal", title="Ringback", close="Close", blocks=[block]).to_dict()
