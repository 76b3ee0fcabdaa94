"""What is wrong with an entry in the form of the settings, in words, and what can be entered."""

from typing import Final

from bot.core.policy.policy import EVERY_DAY
from bot.core.settings_form import EntryProblem, hours_as_text
from bot.core.workspace_settings import (
    HOUSE_RULES_MAX,
    LIMITS,
    SettingProblem,
    WorkspaceSettings,
)

DAYS: Final = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}


def problem_words(name: str, problem: object, operator: WorkspaceSettings) -> str:
    """Return what is wrong with a field, and what can be entered."""
    match problem:
        case SettingProblem.BEYOND:
            return f"{_bound(name, operator)} Whoever runs Ringback set that limit."
        case SettingProblem.NO_CHANNEL:
            return "Choose the channel where I ask for approvals."
        case SettingProblem.NO_APPROVER:
            return "Choose an approver or an admin. Right now, nobody can approve calls."
        case EntryProblem.NO_REGION:
            return "Enter one two-letter country code, such as US or DE."
        case EntryProblem.NO_NUMBER:
            return "Enter a whole number, such as 10, or leave this empty."
        case EntryProblem.NO_KEY:
            return "That isn't a CallCow key. Copy it from CallCow → Settings → API Keys."
        case EntryProblem.TOO_LONG:
            return f"Enter at most {HOUSE_RULES_MAX:,} characters."
        case _:
            return str(problem)


def _bound(name: str, operator: WorkspaceSettings) -> str:
    policy = operator.policy
    if name in LIMITS:
        return f"At most {getattr(policy, name)}."
    match name:
        case "retention_days":
            return f"At most {operator.retention_days} days."
        case "hours":
            return f"Within {hours_as_text(policy.hours)}."
        case "countries":
            return f"Only {', '.join(sorted(policy.countries))}."
        case "days":
            return f"Only {', '.join(_day_names(policy.days))}."
        case _:
            return "Some of the people you chose can't place calls here."


def _day_names(days: frozenset[int]) -> list[str]:
    return [name for number, name in enumerate(DAYS.values()) if number in days & EVERY_DAY]
