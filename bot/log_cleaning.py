"""What a log line may show: no secret, and nothing that looks like a line of its own."""

import re
import unicodedata
from collections.abc import Collection, MutableMapping
from typing import Any, Final

_HIDDEN: Final = "…"
_NAMED: Final = r"((?:ticket|token|secret|passw(?:or)?d|api_?key|signature|authorization)[\w-]*)"
_PATTERNS: Final = [
    # Slack's tokens, CallCow's keys, Slack's signatures.
    (re.compile(r"\b(x(?:ox[a-z]|app|wfp)[-.])[\w.%-]+", re.IGNORECASE), r"\1" + _HIDDEN),
    (re.compile(r"\b(ck_[a-z]+_)\w+", re.IGNORECASE), r"\1" + _HIDDEN),
    (re.compile(r"\b(v0=)[0-9a-f]{16,}", re.IGNORECASE), r"\1" + _HIDDEN),
    (re.compile(r"\b((?:bearer|basic)\s+)[^\s\"',;]+", re.IGNORECASE), r"\1" + _HIDDEN),
    # What is named as a secret, in an address or a form, or in a JSON object.
    (re.compile(_NAMED + r"(=|%3d)[^&\s\"'<>,;)}\]]+", re.IGNORECASE), r"\1\2" + _HIDDEN),
    (
        re.compile(
            _NAMED + r"(\\?[\"']\s*:\s*\\?[\"'])(?!bearer\b|basic\b)[^\"'\\]+", re.IGNORECASE
        ),
        r"\1\2" + _HIDDEN,
    ),
    # A password in an address, and Slack's addresses that are a secret themselves.
    (re.compile(r"(://[^\s/:@]*:)[^\s/@]+@"), r"\1" + _HIDDEN + "@"),
    (re.compile(r"(https?://hooks\.slack(?:-gov)?\.com/)[^\s\"'<>]+"), r"\1" + _HIDDEN),
]
_SHORTEST_SECRET: Final = 6
_LONGEST: Final = 20_000

_known: set[str] = set()


def hide(secrets: Collection[str]) -> None:
    """Show none of these from now on, wherever they turn up."""
    _known.update(secret for secret in secrets if len(secret) >= _SHORTEST_SECRET)


def clean(_: Any, __: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
    """Make a line's values fit to be shown (a processor of structlog's)."""
    return {_text(name): _cleaned(value, name) for name, value in event.items()}


def _cleaned(value: Any, name: str = "") -> Any:
    if isinstance(value, bool | int | float) or value is None:
        return value
    if isinstance(value, dict):
        return {_text(str(key)): _cleaned(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_cleaned(each) for each in value]
    text = value if isinstance(value, str) else str(value)
    if name in {"exception", "stack"}:
        # Its lines are indented, so that none of them can pass for another event.
        return "\n".join("  " + _text(line) for line in text[:_LONGEST].splitlines())
    return _text(text)


def _text(text: str) -> str:
    text = text[:_LONGEST]
    for secret in _known:
        text = text.replace(secret, _HIDDEN)
    for pattern, shown in _PATTERNS:
        text = pattern.sub(shown, text)
    if text.isprintable():
        return text
    return "".join(character if _is_plain(character) else _escaped(character) for character in text)


def _is_plain(character: str) -> bool:
    # Controls, marks that turn the direction, other line ends, halves of characters.
    return unicodedata.category(character) not in {"Cc", "Cf", "Zl", "Zp", "Cs"}


def _escaped(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
