"""Every problem with what was asked for in words: what is wrong, and what to write instead."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from babel import Locale

from bot.core.doubt import Doubt, DoubtKind, PlaceProblem, Problem, RequestField, TimeProblem
from bot.core.prompt import PROMPT_MAX

_EXAMPLE: Final = "for example +1 415-555-2671"
_PROMPT: Final = "for example “Book a table for Friday 7pm, two people, under Josh”"
_CHECK: Final = f"Check the digits and the country code, {_EXAMPLE}."
_WITH_CODE: Final = f"Enter one, {_EXAMPLE}."
_WITH_ARTICLE: Final = {"AE", "BS", "CF", "CG", "DO", "FK", "FO", "GB", "GM", "KM", "KY", "MH",
                        "MP", "MV", "NL", "PH", "SB", "SC", "TC", "US", "VG", "VI"}  # fmt: skip


_OTHERS: Final[Mapping[Problem, str]] = {
    TimeProblem.NO_TIME: "I can't read that time. Choose one within the next 30 days.",
    TimeProblem.TOO_FAR_AHEAD: (
        "That's more than 30 days ahead. Choose a time within the next 30 days."
    ),
    TimeProblem.PASSED: "That time has passed. Choose a later one, or clear it to call now.",
    PlaceProblem.CHANNEL_MISSING: "Choose the channel to post in, or another place above.",
    PlaceProblem.CHANNEL_NOT_ASKED: (
        "Choose the channel below. If you don't see that field, choose “Another channel” again."
    ),
}


def by_field(problems: Mapping[RequestField, Sequence[Problem]]) -> dict[str, str]:
    """Return what is wrong at each field of the form, in words."""
    return {field.value: sentences(found) for field, found in problems.items() if found}


def doubts_by_field(doubts: Iterable[Doubt]) -> dict[str, str]:
    """Return what a reading leaves doubtful in words, by the field of the form."""
    found: dict[RequestField, list[Problem]] = {}
    for doubt in doubts:
        found.setdefault(_field_of(doubt), []).append(doubt)
    return by_field(found)


def _field_of(doubt: Doubt) -> RequestField:
    if doubt.kind is DoubtKind.CALL_TIME:
        return RequestField.WHEN
    if doubt.kind is DoubtKind.NOT_TO_CALL:
        return RequestField.PROMPT
    return RequestField.PROMPT if doubt.is_about_prompt else RequestField.NUMBER


def sentences(problems: Iterable[Problem]) -> str:
    """Return problems in words, a sentence or two for each."""
    return " ".join(
        sentence(problem) if isinstance(problem, Doubt) else _OTHERS[problem]
        for problem in problems
    )


def sentence(doubt: Doubt) -> str:
    """Return one doubt in words; what was typed stands in it unescaped."""
    typed = f"“{_short(doubt.typed)}”"
    match doubt.kind:
        case DoubtKind.NO_NUMBER:
            return f"Enter the number to call, {_EXAMPLE}."
        case DoubtKind.NOT_ONLY_A_NUMBER if doubt.instead:
            return (
                f"{typed} is more than a number. Enter only {doubt.instead} here; what the call is "
                "for goes in the other field."
            )
        case DoubtKind.NOT_ONLY_A_NUMBER:
            return (
                f"{typed} isn't only a number. Enter digits instead of letters, {_EXAMPLE}; "
                "what the call is for goes in the other field."
            )
        case DoubtKind.ELSEWHERE:
            return (
                f"I found {_short(doubt.typed)} in the text. Check that this is the number to call."
            )
        case DoubtKind.SEVERAL_NUMBERS:
            return "I see more than one number, and I can call only one at a time. Choose one."
        case DoubtKind.EXTENSION:
            return (
                f"I can't dial the extension ({typed}). Enter only the number here, and tell the "
                f"AI to ask for extension {doubt.instead}."
            )
        case DoubtKind.CALL_TIME:
            return f"If {typed} is when to call, choose that time here. Leave it empty to call now."
        case DoubtKind.NOT_TO_CALL:
            return "It sounds like you don't want a call. Press Call only if you do."
        case DoubtKind.UNCERTAIN_END:
            return "I can't be sure where the number ends. Check the number and the text."
        case _ if doubt.is_about_prompt:
            return _about_prompt(doubt)
        case _:
            return _about_digits(doubt, typed)


def _about_digits(doubt: Doubt, typed: str) -> str:
    country = country_name(doubt.country)
    match doubt.kind:
        case DoubtKind.AREA_CODE_MISSING if doubt.instead:
            return (
                f"{typed} is too short for {country}: the area code, or the 0 before it, is "
                f"missing. Enter the whole number. Did you mean {doubt.instead}?"
            )
        case DoubtKind.AREA_CODE_MISSING:
            trouble = f"is too short for {country}: the area code is missing"
        case DoubtKind.UNKNOWN_NUMBER:
            return (
                f"I don't recognize {typed} as a number in {country}, but it may be new. If it's "
                "right, press Call."
            )
        case DoubtKind.WRITE_INSTEAD:
            return f"I can't read {typed}. Enter {doubt.instead} instead."
        case DoubtKind.WHICH_COUNTRY:
            return (
                f"{typed} may be a number in {country}, or {doubt.instead}. Enter it with its "
                "country code."
            )
        case DoubtKind.NO_COUNTRY_CODE:
            return f"{typed} doesn't start with a valid country code. {_WITH_CODE}"
        case DoubtKind.TOO_SHORT:
            trouble = f"is too short for {country}"
        case DoubtKind.TOO_LONG:
            trouble = f"is too long for {country}"
        case DoubtKind.WRONG_LENGTH:
            trouble = f"has the wrong number of digits for {country}"
        case _:
            trouble = f"isn't a number in use in {country}"
    return f"{typed} {trouble}. {_CHECK}"


def _about_prompt(doubt: Doubt) -> str:
    match doubt.kind:
        case DoubtKind.PROMPT_MISSING:
            return f"Say what the call is for, {_PROMPT}."
        case DoubtKind.PROMPT_TOO_SHORT:
            return f"That's too short to act on. Say who, what and when, {_PROMPT}."
        case _:
            return (
                f"That's {doubt.length:,} characters; the limit is {PROMPT_MAX:,}. "
                f"Keep it to who, what and when, {_PROMPT}."
            )


def country_name(region: str) -> str:
    """Return a region's name, or "country code +800" for a calling code."""
    if not region:
        return "a phone number"
    if region.startswith("+"):
        return f"country code {region}"
    name = Locale("en").territories.get(region, region)
    return f"the {name}" if region in _WITH_ARTICLE else name


def _short(text: str) -> str:
    return text if len(text) <= 30 else text[:29] + "…"
