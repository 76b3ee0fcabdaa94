"""`python -m tests.pictures FOLDER`: the gallery's surfaces as the demo's page shows them.

Each in light and dark, at 1,400 and at 400 pixels, and the end of what is longer than its window.
To be looked through; no test compares them.
"""

import argparse
import asyncio
import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Browser, Page, ViewportSize, expect

from bot.blocks.messages.message import Message
from bot.demo.slack.server import LocalSlack
from bot.demo.slack.workspace import ADA, BOT_USER, GENERAL
from tests.blocks.surfaces.every import surfaces
from tests.blocks.surfaces.examples import Surface
from tests.blocks.surfaces.longest import longest
from tests.demo.browser import launched, visitor
from tests.demo.listening import listening
from tests.demo.stage import staged

WIDTHS: Final = (1400, 400)
_AT_ONCE: Final = 8
_LEAST_HEIGHT: Final = 820
_MOST_HEIGHT: Final = 5000
# Whatever is longer than its window: a form, or more messages than the tallest picture has.
_LONGER: Final = (
    "[...document.querySelectorAll('dialog[open], dialog[open] *, .messages')].filter(one => "
    "one.scrollHeight > one.clientHeight + 8 && "
    "/auto|scroll/.test(getComputedStyle(one).overflowY))"
)
_SCROLL_TO_END: Final = (
    f"{_LONGER}.map(one => one.scrollTo({{top: one.scrollHeight, behavior: 'instant'}})).length"
)
_SCROLL_TO_TOP: Final = f"{_LONGER}.forEach(one => one.scrollTo({{top: 0, behavior: 'instant'}}))"
# The people and channels of the gallery, as the demo's workspace has them.
_IN_THE_DEMO: Final = {"UADA": ADA, "UGRACE": "U0GRACE", "CGENERAL": GENERAL, "CSALES": "C0SALES"}


async def main(folder: Path, only: str) -> None:
    """Take every picture whose name begins with what fits `only`."""
    async with launched() as chromium:
        for name, shown in _pictures():
            if re.match(only, name):
                await _take(chromium, folder, name, shown)
                sys.stdout.write(f"{name}\n")


def _pictures() -> Iterator[tuple[str, Sequence[tuple[str, Surface]]]]:
    """Return what stands in each picture: some messages of a kind, or one view."""
    messages = dict[str, list[tuple[str, Surface]]]()
    everything = {
        **surfaces(),
        **{f"longest: {name}": one for name, one in longest("Markdown").items()},
    }
    for name, surface in everything.items():
        if isinstance(surface, Message):
            messages.setdefault(name.partition(":")[0], []).append((name, surface))
        else:
            yield _file_name(name), [(name, surface)]
    for kind, some in messages.items():
        for start in range(0, len(some), _AT_ONCE):
            yield f"{kind}-{start // _AT_ONCE + 1}", some[start : start + _AT_ONCE]


async def _take(
    chromium: Browser, folder: Path, name: str, shown: Sequence[tuple[str, Surface]]
) -> None:
    async with (
        LocalSlack() as slack,
        listening(slack),
        staged(slack) as url,
        visitor(chromium, url, width=WIDTHS[0]) as ada,
    ):
        for caption, surface in shown:
            _show(slack, caption, surface)
        view = shown[-1][1]
        if isinstance(view, Message):
            await expect(ada.messages).to_have_count(2 * len(shown))
        elif view["type"] == "modal":
            await expect(ada.form).to_be_visible()
        else:
            await ada.choose("Ringback")
            await ada.page.get_by_role("link", name="Home").click()
        for width in WIDTHS:
            await _fit(ada.page, width, grows=isinstance(view, Message) or view["type"] == "home")
            for scheme in ("light", "dark"):
                await ada.page.emulate_media(color_scheme=scheme)
                await ada.page.screenshot(path=folder / f"{name}-{width}-{scheme}.png")
                if await ada.page.evaluate(_SCROLL_TO_END):
                    await ada.page.screenshot(path=folder / f"{name}-{width}-{scheme}-end.png")
                    await ada.page.evaluate(_SCROLL_TO_TOP)


def _show(slack: LocalSlack, caption: str, surface: Surface) -> None:
    """Put a surface where it belongs: a message below its name, a view over the page, a home."""
    if isinstance(surface, Message):
        slack.workspace.post(GENERAL, ADA, caption)
        blocks = _in_the_demo(surface.blocks)
        slack.workspace.post(GENERAL, BOT_USER, _in_the_demo(surface.text), blocks=blocks)
    elif surface["type"] == "modal":
        slack.workspace.open_view(ADA, _in_the_demo(surface), GENERAL, None)
    else:
        slack.workspace.publish_home(ADA, _in_the_demo(surface))


def _in_the_demo(part: Any) -> Any:
    written = json.dumps(part)
    for ours, theirs in _IN_THE_DEMO.items():
        written = written.replace(ours, theirs)
    return json.loads(written)


async def _fit(page: Page, width: int, *, grows: bool) -> None:
    """Give the page the height that what it shows takes, unless that is scrolled in a form."""
    size: ViewportSize = {"width": width, "height": _LEAST_HEIGHT}
    await page.set_viewport_size(size)
    if not grows:
        return
    missing: int = await page.evaluate(
        "Math.max(...[...document.querySelectorAll('.messages')]"
        ".map(one => one.scrollHeight - one.clientHeight))"
    )
    size["height"] = min(_LEAST_HEIGHT + missing, _MOST_HEIGHT)
    await page.set_viewport_size(size)


def _file_name(name: str) -> str:
    return re.sub(r"\W+", "-", name)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="a pattern for the pictures' names")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(given.folder, given.only))
