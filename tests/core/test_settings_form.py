from typing import Any

import pytest
from pydantic import SecretStr

from bot.core.errors import InvalidOwnSettings
from bot.core.policy.decision import NumberType
from bot.core.policy.policy import EVERY_DAY, CallingHours, Policy
from bot.core.settings_form import Entered, EntryProblem, changes_of, read_entered
from bot.core.workspace_settings import OwnSettings, SettingProblem, WorkspaceSettings

OPERATOR = WorkspaceSettings(
    "US", frozenset({"UBOSS"}), Policy(days=frozenset(range(5)), allow_guests=True)
)
NINE_TO_SIX = CallingHours(9 * 60, 18 * 60)


def read(before: OwnSettings | None = None, **entered: Any) -> OwnSettings:
    """Return what is read of texts and choices; a choice is a list."""
    chosen = {name: value for name, value in entered.items() if isinstance(value, list)}
    texts = {name: value for name, value in entered.items() if isinstance(value, str)}
    return read_entered(Entered(texts, chosen), before or OwnSettings(), OPERATOR)


@pytest.mark.parametrize(
    ("entered", "own"),
    [
        ({"region": " de "}, {"region": "DE"}),
        ({"hours": "9-18"}, {"hours": NINE_TO_SIX}),
        ({"days": ["mon", "fri", "someday"]}, {"days": {0, 4}}),
        ({"countries": "US, CA"}, {"countries": {"US", "CA"}}),
        ({"refused_types": ["mobile", "of_tomorrow"]}, {"refused_types": {NumberType.MOBILE}}),
        ({"calls_per_day": "25", "retention_days": " 7 "},
         {"calls_per_day": 25, "retention_days": 7}),
        ({"allow_guests": []}, {"allow_guests": False}),
        ({"allow_guests": ["yes"]}, {}),
        ({"approval": ["yes"], "approval_channel": ["C1"], "approvers": ["U1", "U2"]},
         {"approval": True, "approval_channel": "C1", "approvers": {"U1", "U2"}}),
        ({"house_rules": "Be brief."}, {"house_rules": "Be brief."}),
        # What is as the operator has it, or empty, is left open.
        ({"region": "us", "days": ["mon", "tue", "wed", "thu", "fri"], "hours": "",
          "countries": "", "calls_per_day": "", "admins": [], "days_": "x"}, {}),
    ],
)  # fmt: skip
def test_what_is_entered_is_read(entered: dict[str, Any], own: dict[str, Any]) -> None:
    known = {name: value for name, value in entered.items() if not name.endswith("_")}

    assert read(**known) == OwnSettings.model_validate(own)


def test_a_field_that_the_form_did_not_have_stays_as_it_was() -> None:
    before = OwnSettings(approvers=frozenset({"U1"}), hours=NINE_TO_SIX, calls_per_day=5)

    assert read(before, calls_per_day="6") == before.model_copy(update={"calls_per_day": 6})


@pytest.mark.parametrize(
    ("entered", "problems"),
    [
        ({"region": "US, CA"}, {"region": EntryProblem.NO_REGION}),
        ({"calls_per_day": "-1"}, {"calls_per_day": EntryProblem.NO_NUMBER}),
        ({"calls_per_day": "1.5"}, {"calls_per_day": EntryProblem.NO_NUMBER}),
        ({"calls_per_day": "９"}, {"calls_per_day": EntryProblem.NO_NUMBER}),
        ({"calls_per_day": "999999999"}, {"calls_per_day": EntryProblem.NO_NUMBER}),
        ({"calls_per_day": "301"}, {"calls_per_day": SettingProblem.BEYOND}),
        ({"retention_days": "40000"}, {"retention_days": EntryProblem.NO_NUMBER}),
        ({"house_rules": "x" * 1001}, {"house_rules": EntryProblem.TOO_LONG}),
        ({"days": ["sat"]}, {"days": SettingProblem.BEYOND}),
        ({"approval": ["yes"]}, {"approval_channel": SettingProblem.NO_CHANNEL}),
    ],
)
def test_all_that_is_wrong_is_told_by_its_field(
    entered: dict[str, Any], problems: dict[str, object]
) -> None:
    with pytest.raises(InvalidOwnSettings) as refused:
        read(**entered)

    assert refused.value.problems == problems


def test_what_cannot_be_read_is_told_beside_what_is_beyond_a_bound() -> None:
    with pytest.raises(InvalidOwnSettings) as refused:
        read(hours="soon", calls_per_day="999", retention_days="many")

    assert set(refused.value.problems) == {"hours", "calls_per_day", "retention_days"}


@pytest.mark.parametrize("key", ["ck live", "ck_live_é", "ck\nlive", "xoxb-1", "x" * 201])
def test_what_no_key_can_be_is_not_sent_anywhere(key: str) -> None:
    entered = Entered(callcow_key=SecretStr(key))

    with pytest.raises(InvalidOwnSettings) as refused:
        read_entered(entered, OwnSettings(), OPERATOR)

    assert refused.value.problems == {"callcow_key": EntryProblem.NO_KEY}
    assert key not in repr(refused.value)


def test_the_audit_is_told_what_was_and_what_is_but_nothing_that_may_be_secret() -> None:
    before = OwnSettings(house_rules="Ask for Josh.", calls_per_day=5, days=frozenset({0, 1}))
    after = OwnSettings(
        region="DE",
        admins=frozenset({"UBO", "UADA"}),
        hours=NINE_TO_SIX,
        days=EVERY_DAY,
        allow_guests=False,
    )

    assert changes_of(before, after) == [
        "region: - -> DE",
        "admins: - -> UADA,UBO",
        "hours: - -> 09:00-18:00",
        "days: mon,tue -> mon,tue,wed,thu,fri,sat,sun",
        "allow_guests: True -> False",
        "calls_per_day: 5 -> -",
        "house_rules: changed",
    ]
    assert changes_of(after, after) == []
