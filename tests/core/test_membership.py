"""Whose own people someone is, by what Slack says of them."""

import pytest

from bot.core.membership import Installation, Standing
from bot.core.person import Person

OWN, STRANGER, UNCLEAR = Standing.OWN, Standing.STRANGER, Standing.UNCLEAR
ALONE = Installation(team="T1", enterprise=None, org_wide=False, url=None, bot_user="UBOT")
IN_GRID = Installation(team="T1", enterprise="E1", org_wide=False, url=None)
ORG_WIDE = Installation(team="T1", enterprise="E1", org_wide=True, url=None)
# As `auth.test` answers it for the token of a whole organization.
ORG_ALONE = Installation(team="E1", enterprise="E1", org_wide=True, url=None)


@pytest.mark.parametrize(
    ("installation", "team", "enterprise", "standing"),
    [
        (ALONE, "T1", None, OWN),
        (ALONE, "T1", "E1", OWN),
        (ALONE, "T2", None, STRANGER),
        (ALONE, "T2", "E2", STRANGER),
        (ALONE, "E1", None, STRANGER),
        (IN_GRID, "T1", None, OWN),
        (IN_GRID, "E1", None, OWN),
        (IN_GRID, "T2", "E1", OWN),
        (IN_GRID, "T2", "E2", STRANGER),
        (IN_GRID, "E2", None, STRANGER),
        (IN_GRID, "E2", "E1", STRANGER),
        (IN_GRID, "T2", None, UNCLEAR),
        (ORG_WIDE, "T1", None, OWN),
        (ORG_WIDE, "T2", "E1", OWN),
        (ORG_WIDE, "T2", "E2", STRANGER),
        (ORG_WIDE, "T2", None, UNCLEAR),
        (ORG_ALONE, "E1", None, OWN),
        (ORG_ALONE, "T7", "E1", OWN),
        (ORG_ALONE, "E2", "E1", STRANGER),
    ],
)
def test_the_persons_team_decides(
    installation: Installation, team: str, enterprise: str | None, standing: Standing
) -> None:
    assert installation.standing(Person("U1", team, enterprise)) is standing


@pytest.mark.parametrize("user", ["USLACKBOT", "UBOT"])
def test_slack_itself_and_the_bot_itself_are_nobodys_people(user: str) -> None:
    assert ALONE.standing(Person(user, "T1")) is STRANGER


@pytest.mark.parametrize(
    ("profile", "standing"),
    [
        ({"team_id": "T2", "enterprise_user": {"enterprise_id": "E1"}}, OWN),
        ({"team_id": "E1"}, OWN),
        ({"team_id": "T1"}, OWN),
        ({"team_id": "T1", "enterprise_user": {"enterprise_id": "E1", "teams": ["T1", "T2"]}}, OWN),
        ({"team_id": "T1", "enterprise_user": {"enterprise_id": "E1", "teams": ["T1"]}}, STRANGER),
        ({"team_id": "T2", "enterprise_user": {"enterprise_id": "E2"}}, STRANGER),
        ({"team_id": "T1", "enterprise_user": {"enterprise_id": "E2"}}, STRANGER),
        ({"team_id": "T2", "is_stranger": True, "enterprise_user": {"enterprise_id": "E1"}},
         STRANGER),
        ({"team_id": "T1", "is_bot": True}, STRANGER),
        ({"team_id": "T2"}, STRANGER),
        ({"team_id": 5, "enterprise_user": "E1"}, STRANGER),
        ({}, STRANGER),
    ],
)  # fmt: skip
def test_what_slack_says_of_a_person_decides_where_the_payload_does_not(
    profile: dict[str, object], standing: Standing
) -> None:
    assert IN_GRID.standing_by(profile, "T2") is standing


def test_what_slack_says_of_the_bot_is_read() -> None:
    answer = {
        "url": "https://acme.slack.com/",
        "team_id": "T1",
        "user_id": "UBOT",
        "bot_id": "B1",
        "enterprise_id": "E1",
        "is_enterprise_install": True,
    }

    assert Installation.read(answer) == Installation(
        team="T1",
        enterprise="E1",
        org_wide=True,
        url="https://acme.slack.com/",
        bot_user="UBOT",
        bot_id="B1",
    )
    assert Installation.read({"team_id": ""}).team is None


@pytest.mark.parametrize("answer", [{}, {"team_id": 5, "url": [], "is_enterprise_install": "yes"}])
def test_an_odd_answer_makes_nobody_the_bots_own(answer: dict[str, object]) -> None:
    installation = Installation.read(answer)

    assert installation.key is None
    assert installation.standing(Person("U1", "T1")) is STRANGER


def test_calls_of_an_organization_are_kept_together_and_those_of_a_workspace_apart() -> None:
    assert ORG_WIDE.key_of("T2", "E1") == "E1"
    assert ORG_WIDE.key_of("E1") == "E1"
    assert ORG_WIDE.key_of("T9", "E9") == "T9"
    assert IN_GRID.key_of("T1", "E1") == "T1"
    assert IN_GRID.key_of("T2", "E1") == "T2"
