"""How numbers are written: the characters of every script in and around their digits. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

# Unicode's Default_Ignorable_Code_Point: zero-width and bidirectional marks, soft hyphens,
# variation selectors; and the key cap that makes a digit an emoji.
IGNORED: Final = "".join(
    chr(code)
    for first, last in (
        (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5),
        (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x20E3, 0x20E3),
        (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0),
        (0xFFF0, 0xFFFB),
    )
    for code in range(first, last + 1)
)  # fmt: skip
# For `str.translate`: takes all of them away.
INVISIBLE: Final = dict.fromkeys(map(ord, IGNORED))
# Everything that `str.splitlines` ends a line at.
LINE_ENDS: Final = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_HYPHENS: Final = "-‐‑‒–—―−˗⁃﹘﹣－⸺⸻ー〜～~∼᠆־"
_PLUSES: Final = "+＋﹢"
_OPENERS: Final = "(（[［﹙"
_OTHERS: Final = ".．·•・∙‧/／⁄∕)）]］﹚"
# Before a number these say that it is something else, or a part of more than we know how to read.
_NOT_BEFORE: Final = "#＃№$€£¥₹₽%@=^+＋﹢×&"
# What Unicode calls marks that people take for a plus: "⁺", "✚", "±".
_LIKE_A_PLUS: Final = ("PLUS", "CROSS")

_GAP: Final = rf"[{re.escape(IGNORED)}{re.escape(_HYPHENS + _OPENERS + _OTHERS)}]|[^\S{LINE_ENDS}]"
_FILLER: Final = rf"(?:[{re.escape(IGNORED)}]|[^\S{LINE_ENDS}])"
# A date or a time of day, with more of neither behind it: "01.23.45.67.89" is a French number.
_MONTH: Final = r"(?:0?[1-9]|1[0-2])"
_DAY: Final = r"(?:0?[1-9]|[12]\d|3[01])"
_MOMENT: Final = (
    rf"(?<![\d+.:/-])(?:(?:{_MONTH}[./]{_DAY}|{_DAY}[./]{_MONTH})[./](?:(?:19|20)\d\d|\d\d)"
    rf"|(?:19|20)\d\d[-./]{_MONTH}[-./]{_DAY}"
    r"|[0-2]?\d:[0-5]\d(?::[0-5]\d)?)(?![./:-]?\d)"
)
_NUMBER: Final = re.compile(
    rf"(?P<moment>{_MOMENT})|"
    rf"(?:[{re.escape(_OPENERS)}]{_FILLER}{{0,8}})?"
    rf"(?:[{_PLUSES}]{_FILLER}{{0,8}}(?:[{re.escape(_OPENERS)}]{_FILLER}{{0,8}})?)?"
    rf"\d(?:(?:{_GAP}){{0,12}}\d)*"
)
# So much of a text is searched for numbers, and for what concerns them; the rest is only kept.
SEARCHED: Final = 4000
_DIGITS: Final = re.compile(r"\d+")
# "216.58.214.14": four numbers up to 255, as machines are addressed by. Pairs are a phone's.
_OCTET: Final = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_MACHINE: Final = re.compile(rf"(?!(?:\d\d\.){{3}}\d\d$)(?:{_OCTET}\.){{3}}{_OCTET}")
_PLUS_EMOJI: Final = re.compile(r":[a-z0-9_'-]{0,40}plus[a-z0-9_'-]{0,40}:$")
_TRUNK_ZERO: Final = re.compile(r"[(（\[［﹙]\s*0\s*[)）\]］﹚]")


@dataclass(frozen=True)
class WrittenNumber:
    """Something in a text that is written like a number: from `start` to `end`.

    `digits` are Western ones, with a "+" before them if it was typed; `groups` say how many digits
    stand together and where in the text each group ends. `is_moment` is whether it is a date or a
    time of day.
    """

    text: str
    start: int
    end: int
    groups: tuple[tuple[int, int], ...]
    has_plus: bool
    digits: str
    is_moment: bool = False

    @property
    def typed(self) -> str:
        """It as it was typed, without line breaks and what cannot be seen."""
        return tidy(self.text[self.start : self.end])

    @property
    def is_grouped(self) -> bool:
        """Whether it is more than just some digits."""
        return self.has_plus or len(self.groups) > 1

    @property
    def is_machines(self) -> bool:
        """Whether it is written like the address of a machine."""
        return _MACHINE.fullmatch(self.text, self.start, self.end) is not None

    @property
    def follows_a_kind_of_plus(self) -> bool:
        """Whether a mark stands before it that people take for a plus."""
        before = self.text[max(0, self.start - 100) : self.start].translate(INVISIBLE).rstrip()
        return _is_like_a_plus(before[-1:]) or _PLUS_EMOJI.search(before) is not None

    @property
    def without_trunk_zero(self) -> str | None:
        """The digits without a "(0)" among them, None if there is none."""
        written = self.text[self.start : self.end]
        shorter = _TRUNK_ZERO.sub(" ", written, count=1)
        if shorter == written or not self.has_plus:
            return None
        return "+" + western(shorter)

    def upto(self, count: int) -> "WrittenNumber":
        """Return the number that its first `count` groups are."""
        groups = self.groups[:count]
        length = sum(size for size, _ in groups) + self.has_plus
        return WrittenNumber(
            self.text, self.start, groups[-1][1], groups, self.has_plus, self.digits[:length]
        )


def numbers_in(text: str) -> list[WrittenNumber]:
    """Return all that is written like a number, in order; its time grows with the length."""
    return [_written(text, match) for match in _NUMBER.finditer(text)]


def western(text: str) -> str:
    """Return the digits of a text, of whatever script, as Western ones."""
    digits = "".join(filter(str.isdecimal, text))
    return digits if digits.isascii() else "".join(str(int(digit)) for digit in digits)


def tidy(text: str) -> str:
    """Return what was typed on one line, single spaces in it, without what cannot be seen."""
    # Nearly all that is typed has none of them.
    visible = text if text.isascii() else text.translate(INVISIBLE)
    return " ".join(visible.split())


def belongs_to_more(mark: str) -> bool:
    """Whether a mark before a number says that it is something else, or the end of more."""
    return mark in _NOT_BEFORE or _is_like_a_plus(mark)


def _is_like_a_plus(mark: str) -> bool:
    name = unicodedata.name(mark, "") if mark else ""
    return any(word in name for word in _LIKE_A_PLUS)


def is_cased(character: str) -> bool:
    """Whether it is a letter of a script that has capitals, in which words stand apart."""
    return character.isalpha() and character.lower() != character.upper()


def _written(text: str, match: re.Match[str]) -> WrittenNumber:
    groups = tuple(
        (len(group[0]), match.start() + group.end()) for group in _DIGITS.finditer(match[0])
    )
    has_plus = any(plus in match[0] for plus in _PLUSES)
    digits = ("+" if has_plus else "") + western(match[0])
    is_moment = match["moment"] is not None
    return WrittenNumber(text, match.start(), match.end(), groups, has_plus, digits, is_moment)
