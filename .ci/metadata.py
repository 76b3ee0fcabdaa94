"""Hatchling's hook: the description and the addresses, for wherever this repository is kept.

RINGBACK_REPOSITORY is that address, RINGBACK_REVISION the tag that is released; the workflow sets
both. A package index shows nothing that a relative link leads to: with them, the README's links and
pictures get absolute addresses; without them, both are left out.
"""

import os
import re
from pathlib import Path
from typing import Any, Final

from hatchling.metadata.plugin.interface import MetadataHookInterface

_PICTURE: Final = re.compile(r"<picture>.*?</picture>\n*", re.DOTALL)
_SOURCE: Final = re.compile(r'((?:src|srcset)=")(?!https?:)([^"]+)')
_LINK: Final = re.compile(r"\[([^\]]*)\]\((?!https?:|#)([^)]+)\)")


class RepositoryAddresses(MetadataHookInterface):
    """Fills in what `dynamic` in pyproject.toml leaves open."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Set the description and the addresses."""
        text = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        repository = os.environ.get("RINGBACK_REPOSITORY", "").rstrip("/")
        revision = os.environ.get("RINGBACK_REVISION", "main")
        metadata["urls"] = _addresses(repository, revision) if repository else {}
        metadata["readme"] = {
            "content-type": "text/markdown",
            "text": description(text, repository, revision),
        }


def description(readme: str, repository: str, revision: str) -> str:
    """Return the README as a package index can show it."""
    if not repository:
        return _LINK.sub(r"\g<1>", _PICTURE.sub("", readme))
    text = _SOURCE.sub(rf"\g<1>{repository}/raw/{revision}/\g<2>", readme)
    return _LINK.sub(rf"[\g<1>]({repository}/blob/{revision}/\g<2>)", text)


def _addresses(repository: str, revision: str) -> dict[str, str]:
    documents = f"{repository}/blob/{revision}"
    return {
        "Homepage": repository,
        "Changelog": f"{documents}/.github/CHANGELOG.md",
        "Operating": f"{documents}/.github/OPERATING.md",
        "Issues": f"{repository}/issues",
    }
