"""What the handlers read of Slack's payloads, whatever stands in them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.messages import _asked
from handlers.payloads.message_text import own_text
from handlers.payloads.presses import Press


def a_press(value: str | None, **element: Any) -> Press:
    """Return the press of a button that carries `value`."""
    action = {"action_id": "x", "value": value, **element}
    return Press.model_validate(
        {"user": {"id": "UADA", "team_id": "T1"}, "trigger_id": "1.2", "actions": [action]}
    )


@pytest.mark.parametrize(
    ("value", "name", "call_id", "page"),
    [
        (None, "", "", 0),
        ("ID", "", "ID", 0),
        ("details:ID", "details", "ID", 0),
        ("transcript:ID:2", "transcript", "ID", 2),
        ("transcript:ID:-2", "transcript", "ID", 0),
        ("transcript:ID:999999", "transcript", "ID", 0),
        ("transcript:ID:2:3", "transcript", "ID", 2),
        ("::", "", "", 0),
    ],
)
def test_a_buttons_value_is_a_calls_id_and_what_to_show_of_it(
    value: str | None, name: str, call_id: str, page: int
) -> None:
    press = a_press(value)

    assert (press.name, press.call_id, press.page) == (name, call_id, page)


def test_a_menu_carries_its_value_in_the_chosen_option() -> None:
    press = a_press(None, selected_option={"value": "details:ID"})

    assert (press.name, press.call_id) == ("details", "ID")


@given(st.text(max_size=40))
def test_any_value_is_read_as_something(value: str) -> None:
    press = a_press(value)

    assert press.page >= 0
    assert press.call_id in value


def test_the_persons_own_team_counts_and_not_the_places() -> None:
    press = Press.model_validate(
        {
            "user": {"id": "UEVE", "team_id": "T2"},
            "team": {"id": "T1"},
            "trigger_id": "1.2",
            "actions": [{"action_id": "x"}],
        }
    )

    assert press.person.team == "T2"


def test_where_it_is_not_told_the_places_team_counts() -> None:
    press = Press.model_validate(
        {
            "user": {"id": "UADA"},
            "team": {"id": "T1"},
            "trigger_id": "1.2",
            "actions": [{"action_id": "x"}],
        }
    )

    assert press.person.team == "T1"


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("<@U1> ring Josh", "ring Josh"),
        ("<@U1|ringback> ring Josh", "ring Josh"),
        ("<@U1>: ring Josh", "ring Josh"),
        ("ring Josh <@U1>", "ring Josh"),
        ("Hi <@U1>, ring <@U2|josh>", "ring <@U2>"),
        ("<@U2> and <@U1> ring Josh", "ring Josh"),
        ("<@U1>", ""),
        ("ring Josh", "ring Josh"),
        ("<@U1> Tom &amp; Jerry &lt;3", "Tom & Jerry <3"),
    ],
)
def test_what_is_asked_follows_the_mention_or_else_precedes_it(text: str, asked: str) -> None:
    assert _asked(own_text({"text": text}), "U1") == asked


@given(st.text("ab<>@U1|&; \n", max_size=40))
def test_any_mention_is_read_without_its_own_name(text: str) -> None:
    typed = f"<@U1> {text.replace('<', '').replace('&', '')}"

    assert "<@U1>" not in _asked(own_text({"text": typed}), "U1")
