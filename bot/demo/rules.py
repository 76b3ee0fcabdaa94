"""The rules of the calling policy that a visitor of the demo can switch on, as settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from bot.demo.slack.workspace import ADA, GRACE, SALES


@dataclass(frozen=True)
class Rule:
    """One rule, off at first: what the page says of it, and the settings that make it hold."""

    label: str
    settings: Mapping[str, str]
    # Whether it names people of the demo's first workspace.
    is_of_one: bool = False


# A visitor comes at any hour and tries as often as they like: nothing refuses them unasked.
OFF: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "calling_hours": "off",
        "calls_per_person_per_hour": "0",
        "calls_per_person_per_day": "0",
        "calls_per_number_per_day": "0",
        "calls_per_day": "0",
    }
)
RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        "hours": Rule("Call from 8 AM to 9 PM there", {"calling_hours": "08:00-21:00"}),
        "limit": Rule("Two calls a person an hour", {"calls_per_person_per_hour": "2"}),
        "countries": Rule("Only the US and Canada", {"countries": "US,CA"}),
        "callers": Rule("Only Ada may call", {"callers": ADA}, is_of_one=True),
        "house": Rule("House rules", {"house_rules": "Say at the start that you are an AI."}),
        "approval": Rule(
            "Somebody else approves, in #sales",
            {"approval": "all", "approvers": f"{ADA},{GRACE}", "approval_channel": SALES},
            is_of_one=True,
        ),
    }
)
