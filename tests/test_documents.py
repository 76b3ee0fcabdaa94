"""The documents of the repository name nothing that is not there."""

import re
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
DOCUMENTS: Final = (
    "README.md",
    ".github/ARCHITECTURE.md",
    ".github/CONTRIBUTING.md",
    ".github/CHANGELOG.md",
    ".github/OPERATING.md",
    ".github/SECURITY.md",
)
_NAMED: Final = re.compile(
    r"`((?:bot|handlers|tests|\.github|\.ci|\.ops)/[\w./-]*|(?:README|pyproject|manifest)\.\w+)`"
)
_LINKED: Final = re.compile(r"\]\((?!https?:)([^)#]+)[^)]*\)")
_SYMBOL: Final = re.compile(r"`([\w./]+\.py)` \(`(\w+)`\)")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_each_path_that_a_document_names_exists(document: str) -> None:
    written = (ROOT / document).read_text(encoding="utf-8")

    missing = {name for name in _NAMED.findall(written) if not (ROOT / name).exists()}

    assert missing == set()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_each_link_of_a_document_leads_to_a_file(document: str) -> None:
    path = ROOT / document
    links = _LINKED.findall(path.read_text(encoding="utf-8"))

    assert {link for link in links if not (path.parent / link).exists()} == set()


def test_each_name_that_the_architecture_gives_with_its_file_is_in_it() -> None:
    written = (ROOT / ".github/ARCHITECTURE.md").read_text(encoding="utf-8")

    named = _SYMBOL.findall(written)

    assert named
    for file, name in named:
        assert re.search(rf"\b(def|class) {name}\b", (ROOT / file).read_text(encoding="utf-8")), (
            name
        )


def test_no_comment_cites_what_a_reader_of_the_repository_cannot_open() -> None:
    cited = re.compile(r"DESIGN|FIELD\.md|STYLE\.md|-facts|/work/|\(seed\)|§ ?\d")
    files = [*ROOT.glob("bot/**/*.py"), *ROOT.glob("handlers/**/*.py")]

    citing = {
        f"{file.relative_to(ROOT)}:{number}"
        for file in files
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        if cited.search(line)
    }

    assert citing == set()
