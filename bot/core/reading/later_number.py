"""A number later in the text, in what a call is for: another to call, or a correction. Pure."""

import re
from itertools import islice
from typing import Final

from bot.core.phone import identify
from bot.core.reading.found_number import FoundNumber
from bot.core.reading.telling import is_told
from bot.core.reading.written import WrittenNumber

# So many later numbers are looked at, so far behind the first.
_LOOKED_AT: Final = 8
_SOON: Final = 1000
# Ungrouped digits without a "+" are a whole number from so many on.
_WHOLE_DIGITS: Final = 10
_PART_DIGITS: Final = range(4, 10)
_LENGTHS: Final = range(4, 17)
# "2026 12 24": a date with spaces.
_YEAR_FIRST: Final = re.compile(r"(?:19|20)\d\d[ .-]\d\d?[ .-]\d\d?\b")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
# "4155552672 euros" are none, nor "$415", "room #415".
_AMOUNT_BEFORE: Final = re.compile(r"[€£$¥₹#№]\s?$")
_CLAUSE_END: Final = re.compile(
    r"\s*(?:$|[.,;:!?)\]}\n–—-]|(?:at|instead|not|sorry|please|pls|actually|rather|though|thanks|"
    r"statt|nicht|bitte|plutôt|pas|en\s+lugar|perdón)\b)",
    re.IGNORECASE,
)
# What asks for another call, or takes the first number back, whoever is told what before it.
_CALLING: Final = (
    r"(?:call|phone|ring|dial|try|ruf\w*|anrufen|appel\w*|téléphon\w*|llam(?:a|ar|e)|chiam\w*|"
    r"telefon\w*|lig(?:a|ar|ue)|bel|позвони\w*|zadzwoń)"
)
_JOINT: Final = (
    r"(?:and|then|also|or|otherwise|else|not|after\s+that|afterwards|next|und|dann|danach|sonst|oder|"
    r"andernfalls|et|puis|ensuite|sinon|ou|y|luego|después|o|si\s+no|e|poi|dopo|altrimenti|depois|senão|"
    r"en|daarna|anders|и|потом|затем|иначе)"
)
_ANOTHER: Final = re.compile(
    rf"(?<!\w){_JOINT}[\s,]{{1,3}}(?:(?:also|please|then|bitte|auch|aussi|también)[\s,]{{1,3}}){{0,2}}"
    rf"{_CALLING}(?:\s+(?:to|at|on|up|the|number|danach|dann|auch|noch|then|also|next|ensuite|aussi|luego|también|poi|anche|die|den|das|le|la|au|à|al|a|para|het|nummer|numéro|número)){{0,3}}\W{{0,5}}$|"
    rf"(?<!\w)(?:{_JOINT}|maybe|perhaps|vielleicht|peut-être|quizás?|forse|talvez)\s+"
    r"(?:was|is|were|war|ist|c['’]est|c['’]était|es|era|was\s+het)(?:\s+(?:it|es|that|the|number|het))?\W{0,5}$|"
    r"(?<!\w)if\s+(?:(?:he|she|they|it|that)(?:['’](?:s|re)|\s+(?:is|are))\s+"
    r"(?:not|out|away|busy|closed|full|gone|shut|un\w+|in\s+a)|(?:he|she|they|it)\s+(?:does|do)(?:n['’]t|\s+not)|"
    r"busy|not|no\s?(?:one|body))\b"
    r"(?:(?!\b(?:leave|my|our|me|us|back|tell|say|give|text|ask|let)\b)[^.!?\n\d]){0,50}$|"
    r"(?:[&+→]|(?<!\w)(?:failing\s+that|alternatively|alternativ|ersatzweise|à\s+défaut|en\s+su\s+defecto))\W{0,4}$|"
    r"(?<!\w)(?:same|repeat(?:\s+(?:it|this))?|likewise|ditto|ebenso|idem|lo\s+mismo|la\s+même\s+chose)"
    r"(?:\s+(?:for|with|to|at|on|bei|mit|für|pour|avec|con|para)){0,2}\W{0,4}$|"
    r"(?<!\w)(?:hm+|er+m?|um+|uhm?|maybe|perhaps|not\s+sure|i\s+think(?:\s+(?:it|that)(?:['’]s|\s+(?:was|is)))?|otherwise|else|sonst|sinon|"
    r"ansonsten|new\s+number|neue\s+nummer|nouveau\s+numéro|nuevo\s+número|nuovo\s+numero|novo\s+número)\W{1,5}$",
    re.IGNORECASE,
)
_ITS_END: Final = re.compile(
    r"(?:^|[\n,.;:!?()–—-])[^\w\n]{0,5}(?:(?:it|that|number|the|this|which|should|must|er|sie|es|actually)\s+){0,4}"
    r"(?:ends?|endet|endend|finit|termina|finisce|eindigt|заканчивается)\s+(?:in|with|on|mit|auf|par|en|con|com|op|на)\s+"
    r"(\d{1,6})\b|[,.;(–—-]\s{0,3}(?:it|that|number)\s+ends\s+\d{2,6}(?=\s*(?:$|[.,;!?)](?!\d)))",
    re.IGNORECASE,
)


_ITS_CODE: Final = re.compile(
    r"(?:^|[\n,.;:!?()–—-])[^\w\n]{0,5}(?:(?:the|its|correct|but|die|el|il)\s+){0,2}(?:l['’])?"
    r"(?:(?:area|country)\s+code|vorwahl|indicatif|prefijo|prefisso)\s+(?:is|should|must|ist|lautet|sollte|est|es|è)\b"
    r"[^.!?\n\d]{0,20}\d",
    re.IGNORECASE,
)


def names_another_later(
    text: str, found: FoundNumber, written: list[WrittenNumber], region: str
) -> bool:
    """Whether what follows a number names another one to call, or the right end of this one.

    A number that somebody is to be told is none: "ask them to call +1 … back".
    """
    soon = found.end + _SOON
    later = (
        one
        for one in written
        if found.end <= one.start < soon and len(one.digits) in _LENGTHS and not one.is_moment
    )
    told_until = None
    for one in islice(later, _LOOKED_AT):
        if not (_is_another(one, found, region) or _is_like_its_end(text, one, found)):
            continue
        if not (_goes_with(text, told_until, one) or _is_told(text, one, found)):
            return True
        told_until = one.end
    return _has_another_end(text[found.end : soon], found)


def _goes_with(text: str, told_until: int | None, one: WrittenNumber) -> bool:
    """Whether it is told together with the number before it: "… at +1 … or +1 …"."""
    between = text[told_until : one.start][:80] if told_until is not None else None
    return between is not None and len(re.findall(r"\w+", between)) <= 2


def _is_told(text: str, one: WrittenNumber, found: FoundNumber) -> bool:
    if _ANOTHER.search(text[max(found.end, one.start - 80) : one.start]):
        return False
    return is_told(text[found.end :], one.start - found.end, one.end - found.end)


def _is_another(one: WrittenNumber, found: FoundNumber, region: str) -> bool:
    """Whether it is written like a whole number, and is another one that can be dialed."""
    length = len(one.digits)
    if length < _PART_DIGITS.start + 3 or _YEAR_FIRST.match(one.text, one.start):
        return False
    if not one.is_grouped and length < _WHOLE_DIGITS:
        return False
    other = identify(one.digits, region)
    return other.recipient is not None and other.recipient != found.recipient


def _is_like_its_end(text: str, one: WrittenNumber, found: FoundNumber) -> bool:
    """Whether it is the number's end but for one digit, or for two that changed places."""
    if one.has_plus or len(one.digits) not in _PART_DIGITS or _YEAR.fullmatch(one.digits):
        return False
    if _AMOUNT_BEFORE.search(text[max(0, one.start - 3) : one.start]):
        return False
    if not _CLAUSE_END.match(text[one.end : one.end + 20]):
        return False
    end = (found.recipient or "")[-len(one.digits) :]
    differing = [at for at, digit in enumerate(one.digits) if digit != end[at]]
    if len(differing) == 1:
        return True
    if len(differing) != 2 or differing[1] - differing[0] != 1:
        return False
    first, second = differing
    return one.digits[first] == end[second] and one.digits[second] == end[first]


def _has_another_end(after: str, found: FoundNumber) -> bool:
    if _ITS_CODE.search(after):
        return True
    match = _ITS_END.search(after)
    return match is not None and not (found.recipient or "").endswith(match[1] or "-")
