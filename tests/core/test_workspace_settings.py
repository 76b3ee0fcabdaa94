from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr

from bot.core.policy.decision import NumberType
from bot.core.policy.policy import EVERY_DAY, CallingHours, Policy
from bot.core.workspace_settings import (
    OwnSettings,
    SettingProblem,
    WorkspaceSettings,
    narrowed,
    problems,
)

NINE_TO_SIX = CallingHours(9 * 60, 18 * 60)
TEN_TO_NOON = CallingHours(10 * 60, 12 * 60)
SEVEN_TO_TEN = CallingHours(7 * 60, 10 * 60)
EVENING = CallingHours(19 * 60, 21 * 60)
WEEKDAYS = frozenset(range(5))
WEEKEND = frozenset({5, 6})
PAGER, MOBILE = NumberType.PAGER, NumberType.MOBILE


def operators(**policy: Any) -> WorkspaceSettings:
    """Return what an operator has set who leaves everything else open."""
    open_to_all = Policy(
        refused_types=frozenset(),
        allow_guests=True,
        calls_per_person_per_hour=0,
        calls_per_person_per_day=0,
        calls_per_number_per_day=0,
        calls_per_day=0,
        hours=None,
    )
    return WorkspaceSettings("US", frozenset({"UOPERATOR"}), replace(open_to_all, **policy))


@pytest.mark.parametrize(
    ("name", "theirs", "own", "holds"),
    [
        ("calls_per_day", 100, 20, 20),
        ("calls_per_day", 100, 200, 100),
        ("calls_per_day", 100, 0, 100),
        ("calls_per_day", 0, 20, 20),
        ("calls_per_day", 0, 0, 0),
        ("calls_per_person_per_hour", 5, 2, 2),
        ("calls_per_person_per_day", 5, 2, 2),
        ("calls_per_number_per_day", 5, 9, 5),
        ("hours", NINE_TO_SIX, TEN_TO_NOON, TEN_TO_NOON),
        ("hours", NINE_TO_SIX, SEVEN_TO_TEN, CallingHours(9 * 60, 10 * 60)),
        ("hours", NINE_TO_SIX, None, NINE_TO_SIX),
        ("hours", None, TEN_TO_NOON, TEN_TO_NOON),
        ("hours", None, None, None),
        # Nothing in common: what the operator allows stands, never more.
        ("hours", NINE_TO_SIX, EVENING, NINE_TO_SIX),
        ("days", EVERY_DAY, WEEKDAYS, WEEKDAYS),
        ("days", WEEKDAYS, frozenset({4, 5}), frozenset({4})),
        ("days", WEEKDAYS, WEEKEND, WEEKDAYS),
        ("countries", frozenset(), frozenset({"DE"}), frozenset({"DE"})),
        ("countries", frozenset({"US", "CA"}), frozenset({"US", "FR"}), frozenset({"US"})),
        ("countries", frozenset({"US"}), frozenset(), frozenset({"US"})),
        ("countries", frozenset({"US"}), frozenset({"FR"}), frozenset({"US"})),
        ("refused_types", frozenset({PAGER}), frozenset({MOBILE}), frozenset({PAGER, MOBILE})),
        ("allow_guests", True, False, False),
        ("allow_guests", False, True, False),
        ("callers", frozenset(), frozenset({"UADA"}), frozenset({"UADA"})),
        ("callers", frozenset({"UADA"}), frozenset({"UEVE"}), frozenset({"UADA"})),
        ("approval", True, False, True),
        ("approval", False, True, True),
        ("approvers", frozenset({"UBOSS"}), frozenset({"UADA"}), frozenset({"UBOSS"})),
        ("approvers", frozenset(), frozenset({"UADA"}), frozenset({"UADA"})),
        ("approvers", frozenset(), frozenset(), frozenset({"UOPERATOR"})),
    ],
)
def test_of_a_rule_the_narrower_of_both_holds(
    name: str, theirs: object, own: object, holds: object
) -> None:
    operator = operators(**{name: theirs})

    settings = narrowed(operator, OwnSettings.model_validate({name: own}))

    assert getattr(settings.policy, name) == holds


def test_a_country_of_other_hours_is_called_in_the_workspaces_as_well() -> None:
    operator = operators(hours=NINE_TO_SIX, hours_by_country={"GB": None, "DE": EVENING})

    policy = narrowed(operator, OwnSettings(hours=TEN_TO_NOON)).policy

    assert policy.hours_by_country == {"GB": TEN_TO_NOON, "DE": EVENING}


def test_what_is_no_bound_is_the_workspaces_own() -> None:
    operator = replace(operators(), house_rules="Be kind.", callcow_key=SecretStr("ck_live_all"))
    own = OwnSettings(
        region="DE",
        admins=frozenset({"UADA"}),
        house_rules="Be brief.",
        approval_channel="C1",
        retention_days=7,
    )

    settings = narrowed(operator, own, SecretStr("ck_live_own"))

    assert (settings.region, settings.admins) == ("DE", frozenset({"UOPERATOR", "UADA"}))
    assert settings.house_rules == "Be kind.\nBe brief."
    assert (settings.approval_channel, settings.retention_days) == ("C1", 7)
    assert settings.callcow_key == SecretStr("ck_live_own")
    assert narrowed(operator, own).callcow_key == SecretStr("ck_live_all")


def test_without_settings_of_its_own_a_workspace_has_the_operators() -> None:
    operator = replace(
        operators(approvers=frozenset({"UBOSS"})), approval_channel="C9", retention_days=90
    )

    assert narrowed(operator, OwnSettings()) == operator


@pytest.mark.parametrize(
    ("theirs", "own", "found"),
    [
        ({"calls_per_day": 100}, {"calls_per_day": 101}, {"calls_per_day": "beyond"}),
        ({"calls_per_day": 100}, {"calls_per_day": 100}, {}),
        ({"calls_per_day": 0}, {"calls_per_day": 1_000}, {}),
        ({"hours": NINE_TO_SIX}, {"hours": SEVEN_TO_TEN}, {"hours": "beyond"}),
        ({"hours": NINE_TO_SIX}, {"hours": EVENING}, {"hours": "beyond"}),
        ({"hours": NINE_TO_SIX}, {"hours": NINE_TO_SIX}, {}),
        ({"days": WEEKDAYS}, {"days": [4, 5]}, {"days": "beyond"}),
        ({"days": WEEKDAYS}, {}, {}),
        ({"countries": frozenset({"US"})}, {"countries": ["FR"]}, {"countries": "beyond"}),
        ({"callers": frozenset({"UADA"})}, {"callers": ["UEVE"]}, {"callers": "beyond"}),
        ({}, {"approval": True}, {"approval_channel": "no_channel"}),
        ({}, {"approval": True, "approval_channel": "C1"}, {}),
    ],
)
def test_what_is_beyond_the_operators_bounds_is_told(
    theirs: dict[str, Any], own: dict[str, Any], found: dict[str, str]
) -> None:
    assert problems(operators(**theirs), OwnSettings.model_validate(own)) == found


def test_approvals_need_somebody_to_give_them() -> None:
    nobody = replace(operators(), admins=frozenset())
    own = OwnSettings(approval=True, approval_channel="C1")

    assert problems(nobody, own) == {"approvers": SettingProblem.NO_APPROVER}


def test_what_is_kept_comes_back_and_what_is_left_open_is_not_kept() -> None:
    own = OwnSettings(
        region="GB",
        hours=TEN_TO_NOON,
        days=WEEKDAYS,
        countries=frozenset({"GB", "IE"}),
        refused_types=frozenset({MOBILE}),
        callers=frozenset({"UADA", "UBO"}),
        calls_per_day=3,
    )

    assert OwnSettings.read(own.to_json()) == own
    assert own.to_json()["countries"] == ["GB", "IE"]
    assert OwnSettings().to_json() == {}


def test_one_value_that_cannot_be_read_leaves_the_others_alone() -> None:
    odd = {"region": "ATLANTIS", "calls_per_day": 5, "of_tomorrow": 1, "days": []}

    assert OwnSettings.read(odd) == OwnSettings(calls_per_day=5)
