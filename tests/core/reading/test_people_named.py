"""People whom a prompt names by their ids."""

import pytest

from bot.core.reading.people_named import name_in, people_in, with_names

NAMES = {"U024BE7LH": "Ada Lovelace", "W024BE7LH": "Grace Hopper"}


@pytest.mark.parametrize(
    ("prompt", "named"),
    [
        ("Book under <@U024BE7LH>, please", "Book under Ada Lovelace, please"),
        ("Book under <@U024BE7LH|ada>", "Book under Ada Lovelace"),
        ("Book under @U024BE7LH.", "Book under Ada Lovelace."),
        ("<@W024BE7LH> and <@U024BE7LH>", "Grace Hopper and Ada Lovelace"),
        ("ask <@U0UNKNOWN1> too", "ask someone on Slack too"),
        ("write to me@U024BE7LH.example", "write to me@U024BE7LH.example"),
        ("@UNITED is a company, @here", "@UNITED is a company, @here"),
        ("no people", "no people"),
        ("<#C024BE7LR|> or <#C024BE7LR|sales>", "a Slack channel or #sales"),
        ("<!subteam^S012345> <!subteam^S012345|@chefs> <!here>", "a Slack group @chefs @here"),
        ("<!date^1^{date}|Friday>", "Friday"),
        ("<https://a.example|menu> <mailto:a@b.example|mail>",
         "menu (https://a.example) mail (a@b.example)"),
        ("<3 <b>bold</b> a < b > c <#1>", "<3 <b>bold</b> a < b > c <#1>"),
    ],
)  # fmt: skip
def test_ids_become_names(prompt: str, named: str) -> None:
    assert with_names(prompt, NAMES) == named


def test_each_is_asked_for_once_and_no_more_than_ten_are() -> None:
    many = " ".join(f"<@U00000{number:03d}>" for number in range(50))

    assert people_in("<@U024BE7LH> <@U024BE7LH> @W024BE7LH") == ["U024BE7LH", "W024BE7LH"]
    assert len(people_in(many)) == 10
    assert "<@" not in with_names(many, {})


@pytest.mark.parametrize(
    ("profile", "name"),
    [
        ({"profile": {"real_name": "Ada Lovelace", "display_name": "ada"}}, "Ada Lovelace"),
        ({"profile": {"real_name": " ", "display_name": "ada"}}, "ada"),
        ({"name": "ada", "profile": None}, "ada"),
        ({"real_name": "Ada\n\u202e  Lovelace"}, "Ada Lovelace"),
        ({"real_name": "x" * 500}, "x" * 80),
        ({"real_name": 5, "profile": []}, None),
        ({}, None),
    ],
)
def test_a_name_is_one_line_of_what_slack_says(
    profile: dict[str, object], name: str | None
) -> None:
    assert name_in(profile) == name
