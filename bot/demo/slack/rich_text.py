"""Slack's rich text blocks: what one may hold.

From Slack's reference of the rich text block. Not written there: empty text is refused with
`invalid_blocks`.
"""

from collections.abc import Mapping
from typing import Final

from bot.demo.slack.schema import Check, boolean, choice, items, number, record, string, typed

_STYLES: Final = record(
    optional=dict.fromkeys(("bold", "italic", "strike", "code", "underline"), boolean)
)
_STYLED: Final[Mapping[str, Check]] = {"style": _STYLES}
_INLINE: Final = typed(
    {
        "text": record(text=string(40_000), optional=_STYLED),
        "link": record(
            url=string(3000), optional={**_STYLED, "text": string(40_000), "unsafe": boolean}
        ),
        "user": record(user_id=string(255), optional=_STYLED),
        "channel": record(channel_id=string(255), optional=_STYLED),
        "usergroup": record(usergroup_id=string(255), optional=_STYLED),
        "emoji": record(name=string(255), optional={**_STYLED, "unicode": string(255)}),
        "date": record(
            timestamp=number(0, 10**10 - 1),
            format=string(255),
            optional={**_STYLED, "url": string(3000), "fallback": string(255)},
        ),
        "broadcast": record(range=choice("here", "channel", "everyone"), optional=_STYLED),
    }
)
_LINE: Final = items(_INLINE, 1, 10_000)
_SECTION: Final = record(elements=_LINE)
_INDENT: Final = number(0, 8)
RICH_TEXT: Final = record(
    elements=items(
        typed(
            {
                "rich_text_section": _SECTION,
                "rich_text_quote": record(elements=_LINE, optional={"border": number(0, 1)}),
                "rich_text_preformatted": record(elements=_LINE, optional={"border": number(0, 1)}),
                "rich_text_list": record(
                    elements=items(typed({"rich_text_section": _SECTION}), 1, 10_000),
                    style=choice("bullet", "ordered"),
                    optional={"indent": _INDENT, "offset": number(0, 9999), "border": number(0, 1)},
                ),
            }
        ),
        1,
        10_000,
    ),
    optional={"block_id": string(255)},
)
