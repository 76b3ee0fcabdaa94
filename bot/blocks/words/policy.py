"""The policy in words: why a call is not placed, or not now, and what can be done about it.

Each sentence exists in two forms: mrkdwn, in which Slack names people and shows times in each
reader's zone, and plain text, for a form's fields and for what shall notify nobody.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final, Protocol, assert_never

from bot.blocks.actions import IF_UNANSWERED
from bot.blocks.formatting import text
from bot.blocks.formatting.inline import isolated
from bot.blocks.words.problems import country_name
from bot.core.doubt import RequestField
from bot.core.phone import format_international
from bot.core.policy.decision import (
    AwaitingApproval,
    CrisisLine,
    DeactivatedCaller,
    DialingOff,
    EmergencyNumber,
    GuestCaller,
    Hold,
    Limit,
    LimitReached,
    NoOtherApprover,
    NoPhoneNumber,
    NumberType,
    OnDoNotCallList,
    OutsideHours,
    Paused,
    Refusal,
    RefusedCountry,
    RefusedNumberType,
    UnlistedCaller,
)
from bot.core.policy.kept import Fact

CALL_THEN: Final = "Call then"
CANCEL: Final = "Cancel"
APPROVERS_NAMED: Final = 3
_NEVER: Final = "Ringback never calls it: dial it yourself, now."
_CRISIS: Final = "Ringback never calls it. Please call it yourself, right now."
_TYPES: Final = {
    NumberType.FIXED_LINE: "a landline number",
    NumberType.MOBILE: "a mobile number",
    NumberType.FIXED_LINE_OR_MOBILE: "a landline or mobile number",
    NumberType.TOLL_FREE: "a toll-free number",
    NumberType.PREMIUM_RATE: "a premium-rate number",
    NumberType.SHARED_COST: "a shared-cost number",
    NumberType.VOIP: "an internet phone number",
    NumberType.PERSONAL_NUMBER: "a personal (follow-me) number",
    NumberType.PAGER: "a pager",
    NumberType.COMPANY_WIDE: "a company-wide number",
    NumberType.VOICEMAIL: "a voicemail box",
    NumberType.NO_COUNTRY: "a number that belongs to no country, such as a satellite phone",
    NumberType.UNKNOWN: "a number of an unknown kind",
}


class Form(Protocol):
    """How people and times are written."""

    def person(self, user: str) -> str:
        """Return a person's name."""

    def time(self, time: datetime) -> str:
        """Return a time in the reader's zone."""

    def day(self, time: datetime) -> str:
        """Return a day in the reader's zone."""


@dataclass(frozen=True)
class Mrkdwn:
    """For a message: Slack shows times itself, and names people where nobody is notified by that.

    It is not in a message that only one person sees, and in a view. Elsewhere people stand there by
    their `names`.
    """

    names: Mapping[str, str] | None = None

    def person(self, user: str) -> str:
        """Return a mention, or a name, which is escaped."""
        if self.names is None:
            return f"<@{user}>"
        return text.escape(isolated(self.names[user])) if user in self.names else "somebody"

    def time(self, time: datetime) -> str:
        """Return a date token: "today at 3:40 PM"."""
        return text.date(time)

    def day(self, time: datetime) -> str:
        """Return a date token: "Nov 25"."""
        return f"<!date^{int(time.timestamp())}^{{date_short}}|{time.astimezone(UTC):%Y-%m-%d}>"


@dataclass(frozen=True)
class Plain:
    """For plain text, read in `zone`, which is named where it need not be the reader's own.

    `names` are those of the people who are known.
    """

    zone: tzinfo = UTC
    names: Mapping[str, str] = field(default_factory=dict)

    def person(self, user: str) -> str:
        """Return the person's name, if it is known."""
        return isolated(self.names[user]) if user in self.names else "somebody"

    def time(self, time: datetime) -> str:
        """Return day and time: "Nov 25, 3:40 PM"."""
        zone = " UTC" if self.zone is UTC else ""
        return f"{self.day(time)}, {_clock(time.astimezone(self.zone))}{zone}"

    def day(self, time: datetime) -> str:
        """Return the day: "Nov 25"."""
        local = time.astimezone(self.zone)
        return f"{local:%b} {local.day}"


# For who reads it wherever they are, where nobody's name is known.
NEUTRAL: Final = Plain()


def not_allowed(fact: Fact, form: Form) -> str:
    """Return why a call that was asked for is not placed, and what can be done about it."""
    match fact:
        case OutsideHours():
            return not_now(fact, form)
        case DialingOff():
            return f"{hold(fact, form)} Ask them when calls will be on again."
        case Paused() | AwaitingApproval():
            return hold(fact, form)
        case _:
            return refusal(fact, form)


def by_rule(fact: Fact, now: datetime, form: Plain) -> dict[str, str]:
    """Return why a form's call is not placed, at the field that it concerns."""
    match fact:
        case OutsideHours():
            return {RequestField.WHEN.value: choose_time(fact, form, now)}
        case LimitReached(next_at=None):
            return {IF_UNANSWERED: refusal(fact, form)}
        case (
            EmergencyNumber()
            | CrisisLine()
            | NoPhoneNumber()
            | RefusedNumberType()
            | RefusedCountry()
            | OnDoNotCallList()
            | LimitReached(limit=Limit.NUMBER_PER_DAY)
        ):
            return {RequestField.NUMBER.value: refusal(fact, form)}
        case _:
            return {RequestField.PROMPT.value: not_allowed(fact, form)}


def at_opening(fact: OutsideHours, form: Plain) -> dict[str, str]:
    """Return why a form comes with the next opening chosen, at its time."""
    return {RequestField.WHEN.value: not_now(fact, form)}


def refusal(fact: Refusal, form: Form) -> str:
    """Return why a call is not placed, and the way out."""
    match fact:
        case EmergencyNumber():
            return f"{fact.digits} is an emergency number. {_NEVER}"
        case CrisisLine():
            name = fact.name.removeprefix("the ")
            return f"{fact.digits} is a crisis line ({name}). {_CRISIS}"
        case NoPhoneNumber():
            return (
                "The number saved for this call isn't a phone number, so no call was made. "
                "Enter the number again."
            )
        case RefusedNumberType():
            return (
                f"{format_international(fact.number)} is {_TYPES[fact.number_type]}. "
                "An admin can change REFUSED_NUMBER_TYPES."
            )
        case RefusedCountry():
            country = country_name(fact.region or f"+{fact.calling_code}")
            return f"Calls to {country} are turned off here. An admin can change COUNTRIES."
        case OnDoNotCallList():
            # Who added it may have been forgotten since.
            by = f"by {form.person(fact.added_by)} " if fact.added_by else ""
            added = f"added {by}on {form.day(fact.added_at)}"
            return f"This number asked not to be called ({added}). An admin can unblock it."
        case GuestCaller():
            return (
                "Guests cannot place calls here. Ask a full member of this workspace to place "
                "this call."
            )
        case UnlistedCaller():
            return "Only certain people can place calls here. Ask an admin to add you."
        case DeactivatedCaller():
            return (
                "The person who asked for this call is no longer active in Slack, so no call was "
                "made. Place it again if it still makes sense."
            )
        case LimitReached():
            return _limit(fact, form)
        case NoOtherApprover():
            return (
                "Calls here need somebody else's approval, and there's nobody to give it. "
                "Ask an admin, or whoever runs Ringback, to choose who approves calls, and in "
                "which channel."
            )
    assert_never(fact)


def hold(fact: Hold, form: Form) -> str:
    """Return what a call waits for."""
    match fact:
        case DialingOff():
            return "Whoever runs Ringback has turned calls off here."
        case Paused():
            paused = f"by {form.person(fact.by)}, {form.time(fact.since)}"
            return f"Calls are paused here ({paused}). An admin can resume them."
        case AwaitingApproval():
            return f"This call is waiting for approval by {approvers(fact.approvers, form)}."
    assert_never(fact)


def approvers(people: Collection[str], form: Form) -> str:
    """Return who may approve a call: no more names than can be read at a glance."""
    if len(people) > APPROVERS_NAMED:
        return f"one of {len(people)} people"
    return " or ".join(form.person(person) for person in sorted(people))


def ask_back(fact: OutsideHours, form: Form) -> str:
    """Return the question that goes with the buttons **Call then** and **Cancel**."""
    return (
        f"It is {_when(fact, fact.local_time)} where this number is. "
        f"Call at {_when(fact, fact.local_opening)} there ({form.time(fact.local_opening)})?"
    )


def not_now(fact: OutsideHours, form: Form) -> str:
    """Return that the person called must not be called now, and when they may be."""
    return (
        f"It is {_when(fact, fact.local_time)} where this number is. It can be called from "
        f"{_when(fact, fact.local_opening)} there ({form.time(fact.local_opening)})."
    )


def choose_time(fact: OutsideHours, form: Form, now: datetime) -> str:
    """Return what is wrong with the form's time, and the next that is right."""
    it_is = "It is" if fact.local_time <= now else "It will be"
    return (
        f"{it_is} {_when(fact, fact.local_time)} where this number is. Choose "
        f"{form.time(fact.local_opening)} or later, "
        f"when it's {_when(fact, fact.local_opening)} there."
    )


def moved(fact: OutsideHours, form: Form) -> str:
    """Return when a call goes that came to be due at a closed hour, for its status message."""
    return (
        f"It was {_when(fact, fact.local_time)} where this number is. I'll call at "
        f"{_when(fact, fact.local_opening)} there ({form.time(fact.local_opening)})."
    )


def goes_at_opening(fact: OutsideHours, form: Form) -> str:
    """Return when a call goes that somebody wanted to go now, at a closed hour."""
    return (
        f"It is {_when(fact, fact.local_time)} where this number is, so I'll call at "
        f"{_when(fact, fact.local_opening)} there ({form.time(fact.local_opening)})."
    )


def _limit(fact: LimitReached, form: Form) -> str:
    if fact.next_at is None:
        return (
            "Counting every attempt, that's more calls than are allowed here in a day "
            f"({fact.most}). Choose fewer attempts."
        )
    calls = "1 call" if fact.most == 1 else f"{fact.most} calls"
    reached = {
        Limit.PERSON_PER_HOUR: f"You have asked for {calls} in the last hour",
        Limit.PERSON_PER_DAY: f"You have asked for {calls} in the last 24 hours",
        Limit.NUMBER_PER_DAY: f"This number already has {calls} within 24 hours",
        Limit.WORKSPACE_PER_DAY: f"This workspace already has {calls} within 24 hours",
    }[fact.limit]
    return (
        f"{reached}, the most allowed here. The next one can be placed {form.time(fact.next_at)}."
    )


def _when(fact: OutsideHours, local: datetime) -> str:
    """Return one of a fact's times, with its day where the hour alone would not tell why."""
    is_days_ahead = fact.local_opening - fact.local_time > timedelta(days=1)
    return f"{_clock(local)} on {local:%A}" if is_days_ahead else _clock(local)


def _clock(local: datetime) -> str:
    return f"{local.hour % 12 or 12}:{local.minute:02} {'AM' if local.hour < 12 else 'PM'}"
