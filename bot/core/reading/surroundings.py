"""What stands before and behind a number in a text, and what that means for it. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from itertools import pairwise
from typing import Final

from bot.core.doubt import Doubt, DoubtKind
from bot.core.prompt import tidy_prompt, unwrapped
from bot.core.reading.another_number import (
    following_number,
    is_called_again,
    is_next_to_another,
)
from bot.core.reading.correction import is_taken_back
from bot.core.reading.found_number import FoundNumber
from bot.core.reading.put_aside import is_put_aside
from bot.core.reading.struck import is_quoted, is_struck, is_struck_with_words
from bot.core.reading.verb_around import is_verb_around
from bot.core.reading.words import (
    AFTER_CALL,
    ASKING_FOR_CALL,
    EXTENSION,
    JOINING,
    LABELS,
    NOBODY,
    POLITE,
    TO_CALL,
)
from bot.core.reading.written import (
    IGNORED,
    INVISIBLE,
    SEARCHED,
    WrittenNumber,
    belongs_to_more,
    is_cased,
    tidy,
)

# Whoever says so calls themselves.
_BY_THEMSELVES: Final = {("i", "will"), ("i", "can"), ("i", "could")}
# "call my dentist at", "give … a call".
_SOMEBODY: Final = re.compile(
    r"\b(?i:call|phone|ring|dial)(?:\s{1,3}up)?\s{1,3}(?:my|our|the|your)\s{1,3}"
    r"(?P<who>[a-z][\w'’-]{0,30}(?:\s{1,3}[a-z][\w'’-]{0,30}){0,2}?)(?:\s{1,3}(?:at|on|under))?[\s:,(]{0,5}$",
)
_A_CALL: Final = re.compile(
    r"[\W_]{0,5}a\s{1,3}(?:(?:quick|short|brief|phone)\s{1,3}){0,2}(?:call|ring|buzz|bell)(?:\s+back)?\b",
    re.IGNORECASE,
)
_GIVE: Final = re.compile(r"\bgive\b[^\w+]{1,5}[+＋(]?\d[^A-Za-z]*$", re.IGNORECASE)
# So much of what was typed a doubt shows at most.
_TYPED_MAX: Final = 100
_JOINT: Final = re.compile(
    rf"[\W_]*(?:(?:{'|'.join(sorted(JOINING))})\b[\W_]*){{1,6}}(?=\d)", re.IGNORECASE
)
_MORE_DIGITS: Final = re.compile(r"[\W_]*\d")
_DIGIT_NAMES: Final = "zero|one|two|three|four|five|six|seven|eight|nine|keycap_ten|1234"
_DIGIT_EMOJI: Final = re.compile(rf"[\W_]*?:(?:{_DIGIT_NAMES}):")
# Emoji that may be a part of the number behind them: ":heavy_plus_sign:", ":four:".
_PART_EMOJI: Final = re.compile(rf":(?:{_DIGIT_NAMES}|[a-z0-9_'-]{{0,40}}plus[a-z0-9_'-]{{0,40}}):")
# "4155552671+": who writes from right to left may mean a "+" before it, and another country.
_PLUS_BEHIND: Final = re.compile(rf"[{re.escape(IGNORED)}]*[+＋﹢](?![+＋﹢\d])")
# What an address of a number has behind it: "tel:+1…;phone-context=+1". An extension is another's.
_PARAMETERS: Final = re.compile(r"(?:;(?!ext=)[a-z-]{2,20}=[^\s;,]*)+", re.IGNORECASE)
_EXTENSION: Final = re.compile(EXTENSION, re.IGNORECASE)
# Slack's mentions, web and mail addresses: digits in them are nobody's number.
_ADDRESS: Final = re.compile(
    r"<[@#!][^<>]{0,200}>|(?<![\w.+-])(?:(?:https?://|www\.)[^\s<>|]+|[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]+)",
    re.IGNORECASE,
)
_SEPARATORS: Final = f"{IGNORED} \t\r\n\u00a0\u3000,;:.!?/–—-，、：；。．！？‧·*_~`"
_OPENERS: Final = "\"'“”„‚‘’«»‹›([{<【「『〈《"
_CLOSERS: Final = "\"'”’»›)]}>】」』〉》"
_AND: Final = re.compile(
    r"(?:(?:and|und|et|y|e(?!\s+mail))\s+(?:then\s+)?|an(?:rufen)?[\s,]+(?:und\s+|(?=um\b)))",
    re.IGNORECASE,
)
# So much punctuation is looked through for the first word.
_LEFTOVERS_MAX: Final = 200
# What begins what the call is for though it is no word: "#sales", "<@U…>", ":pizza:", "¿".
_BEGINNING: Final = re.compile(
    r"[#@\"'‘’“”][^\W_]|[+＋]\s?\d|<[@#!]\w|:(?:[a-z0-9][a-z0-9_+'-]*|[+-]1):|[¿¡]", re.IGNORECASE
)
_BRACKETED: Final = re.compile(
    r"[(\[{<«‹（［【「『〈《][^\w)\]}>»›）］】」』〉》]{0,20}[^\W_][^)\]}>»›）］】」』〉》]{0,80}[)\]}>»›）］】」』〉》]"
)
_EMOJI: Final = re.compile(r":[a-z][a-z0-9_+'-]{0,40}:")
_MARKS: Final = frozenset({"Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "Sk", "Sm", "Mn", "Me"})
_MORE_EXTENSION: Final = re.compile(
    r"[^\W\d_]|[\W_]*(?:(?:or|and|to|then|oder|und|ou|o|y|et)\s+)?(?:x|extn?\.?|extension)?\s?\d",
    re.IGNORECASE,
)


class Position(StrEnum):
    """Where in a text the number stood."""

    NONE = "none"
    FIRST = "first"
    AFTER_CALL_WORD = "after_call_word"
    ELSEWHERE = "elsewhere"


def position_of(text: str, written: WrittenNumber) -> Position:
    """Return where the number stands if nothing but marks, labels or a call word is before it."""
    before = text[: written.start]
    is_certain = written.has_plus or not _PART_EMOJI.search(before)
    before = _EMOJI.sub(" ", before)
    if not is_certain or any(map(belongs_to_more, before)):
        return Position.NONE
    words = re.findall(r"[^\W_]+", before.translate(INVISIBLE).lower())
    if len(words) > 8 or re.search(r"\d", before):
        return Position.NONE
    if all(word in LABELS and word not in TO_CALL for word in words):
        return Position.FIRST
    if _asks_to_call(words) or _asks_to_call_somebody(before, written):
        return Position.AFTER_CALL_WORD
    if (
        words[-1:] == ["give"]
        and POLITE.issuperset(words[:-1])
        and _A_CALL.match(text, written.end)
    ):
        return Position.AFTER_CALL_WORD
    if is_verb_around(text, written.start, written.end):
        return Position.AFTER_CALL_WORD
    return Position.FIRST if all(word in LABELS for word in words) else Position.NONE


def _asks_to_call(words: list[str]) -> bool:
    """Whether words ask for a call: "could you please call", "call up this number"."""
    if _BY_THEMSELVES & set(pairwise(words)):
        return False
    for count in range(len(words), 0, -1):
        if words[count - 1] in TO_CALL and ASKING_FOR_CALL.issuperset(words[: count - 1]):
            return True
        if words[count - 1] not in LABELS | AFTER_CALL:
            return False
    return False


def _asks_to_call_somebody(before: str, written: WrittenNumber) -> bool:
    """Whether it names who is called there, and no more: "call my dentist"."""
    match = _SOMEBODY.search(before) if written.is_grouped else None
    if match is None:
        return False
    who = re.findall(r"[^\W_]+", match["who"])
    asked = re.findall(r"[^\W_]+", before[: match.start()].lower())
    return not NOBODY.intersection(who) and _asks_to_call([*asked, "call"])


def doubts_after(
    text: str, found: FoundNumber, written: list[WrittenNumber], region: str
) -> Iterable[Doubt]:
    """Return what makes the end of a number uncertain, in the text behind it."""
    after = text[found.end : SEARCHED]
    if not found.is_number or found.has_uncertain_end:
        return
    if extension := _EXTENSION.match(after):
        digits = "".join(filter(str.isdecimal, extension[0]))
        yield Doubt(DoubtKind.EXTENSION, tidy(extension[0]).strip(" ,;([{（［"), instead=digits)
    elif (is_joined := _JOINT.match(after) is not None) or _MORE_DIGITS.match(after):
        following = following_number(found, written)
        is_several = is_joined or (following is not None and len(following.digits) >= 7)
        kind = DoubtKind.SEVERAL_NUMBERS if is_several else DoubtKind.UNCERTAIN_END
        yield Doubt(kind, tidy(after[:30]))
    elif _is_glued(after) or _begins_with_numeral(after) or _has_plus_behind(found, after):
        yield Doubt(DoubtKind.UNCERTAIN_END, tidy(after[:30]))
    elif (
        is_next_to_another(text, found, written)
        or is_called_again(after, found, region)
        or is_taken_back(after)
    ):
        yield Doubt(DoubtKind.SEVERAL_NUMBERS, found.written.typed)
    elif is_struck(text, found) or _is_told_of(text, found):
        following = following_number(found, written)
        if following is not None and len(following.digits) >= 7:
            yield Doubt(DoubtKind.SEVERAL_NUMBERS, found.written.typed)
        elif _is_told_of(text, found):
            yield Doubt(DoubtKind.ELSEWHERE, found.shown)


def doubts_about(found: FoundNumber) -> tuple[Doubt, ...]:
    """Return what is doubtful about the number itself; letters count before its length."""
    after = found.written.text[found.end :]
    if not found.is_number and _is_glued(after):
        word = re.match(r"\S*", after)
        typed = found.written.typed + (word[0] if word else "")
        return (Doubt(DoubtKind.NOT_ONLY_A_NUMBER, typed[:_TYPED_MAX]),)
    return found.doubts


def _is_glued(after: str) -> bool:
    """Whether a word follows at once or after a hyphen: "1-800-FLOWERS", "2671book"."""
    visible = after[:20].translate(INVISIBLE)
    return is_cased(visible[:1]) or (visible[:1] in "-‐‑−_" and is_cased(visible[1:2]))


def _begins_with_numeral(after: str) -> bool:
    """Whether the next that is written is a numeral of another kind than digits: ②, ½, :two:."""
    if _DIGIT_EMOJI.match(after):
        return True
    following = next((one for one in after if one.isalnum()), "")
    return following != "" and unicodedata.category(following) in ("No", "Nl")


def _is_told_of(text: str, found: FoundNumber) -> bool:
    """Whether a number may be no phone's, none that is to be called, or others' words."""
    return (
        found.written.is_machines
        or is_put_aside(text[found.end : SEARCHED], is_plain=not found.written.is_grouped)
        or is_struck_with_words(text[:SEARCHED], found)
        or is_quoted(text, found)
    )


def _has_plus_behind(found: FoundNumber, after: str) -> bool:
    return not found.written.has_plus and _PLUS_BEHIND.match(after) is not None


def prompt_after(text: str, end: int, doubts: list[Doubt]) -> str:
    """Return what the call is for, out of what follows the number."""
    after = text[end:]
    if (called := _A_CALL.match(after)) and _GIVE.search(text[max(0, end - 60) : end]):
        after = after[called.end() :]
    if parameters := _PARAMETERS.match(after):
        after = after[parameters.end() :]
    if any(one.kind is DoubtKind.EXTENSION for one in doubts):
        after = _after_extension(after)
    # What was opened before the number is closed behind it.
    elif (opener := text[:end].lstrip(_SEPARATORS)[:1]) in tuple(_OPENERS):
        closers = _CLOSERS + ("“‘" if opener in "„‚" else "")
        after = after.lstrip(IGNORED).lstrip(closers)
    after = _from_first_word(after)
    if not doubts and (joint := _AND.match(after)):
        after = _from_first_word(after[joint.end() :])
    return unwrapped(tidy_prompt(after), text[:end])


def _after_extension(after: str) -> str:
    """Return what follows an extension; one that is written in several parts is kept whole."""
    match = _EXTENSION.match(after)
    if match is None or _MORE_EXTENSION.match(after[match.end() :]):
        return after
    return after[match.end() :].lstrip(_CLOSERS)


def _from_first_word(text: str) -> str:
    """Return a text without the punctuation at its start, which was the number's."""
    for at, character in enumerate(text[:_LEFTOVERS_MAX]):
        category = unicodedata.category(character)
        is_mark = category in _MARKS or category[0] in "ZC"
        if not is_mark or _BEGINNING.match(text, at) or _BRACKETED.match(text, at):
            return text[at:]
    return text[_LEFTOVERS_MAX:]


def is_likely(text: str, written: WrittenNumber) -> bool:
    """Whether it may be a phone number: long enough, no date, not the end of a word."""
    before = text[written.start - 1 : written.start]
    return (
        len(written.digits) >= 7
        and not written.is_moment
        and (written.has_plus or not is_cased(before))
    )


def likelihood(text: str, found: FoundNumber) -> tuple[bool, bool, bool]:
    """Return how likely a number is the one to call: after a call word, with a "+", known."""
    before = text[max(0, found.written.start - 40) : found.written.start]
    words = re.findall(r"[^\W_]+", before.lower())[-4:]
    is_asked_for = any(word in TO_CALL for word in words)
    return is_asked_for, found.written.has_plus, not found.doubts


def is_torn(text: str, found: FoundNumber) -> bool:
    """Whether digits or signs stand so close before a number that they may be its beginning."""
    before = text[max(0, found.written.start - 20) : found.written.start]
    close = re.search(r"\S*$", before)
    if close is None:
        return False
    is_part = any(mark.isdecimal() or belongs_to_more(mark) for mark in close[0])
    return is_part or _PART_EMOJI.search(close[0]) is not None


def without_addresses(text: str) -> str:
    """Return the text with every web and mail address blanked, no character moved."""
    return _ADDRESS.sub(lambda match: " " * len(match[0]), text)
