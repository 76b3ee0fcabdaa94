"""Regular expressions match alike on every Python that the package may run on."""

import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
# A group, or what stands in braces for one, that is repeated without giving anything back.
_POSSESSIVE: Final = re.compile(r"[)}](?:[*+?]|\{\{?[\d,]+\}\}?)\+")


def test_no_group_is_repeated_possessively() -> None:
    # Before Python 3.11.5 such a match ends too late: https://github.com/python/cpython/issues/106052
    files = [*ROOT.glob("bot/**/*.py"), *ROOT.glob("handlers/**/*.py")]

    repeating = {
        f"{file.relative_to(ROOT)}:{number}"
        for file in files
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        if _POSSESSIVE.search(line)
    }

    assert repeating == set()
