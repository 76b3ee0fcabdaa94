"""The seal on what a view carries."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.core.seal import Seal

CARRIED = {"channel": "C1", "response_url": "https://hooks.slack.com/1", "größe": "7"}


def test_what_was_sealed_is_taken_back() -> None:
    seal = Seal([SecretStr("secret")])

    assert seal.open(seal.seal(CARRIED)) == CARRIED
    assert seal.open(seal.seal({})) == {}


def test_while_a_secret_is_being_replaced_either_counts() -> None:
    before = Seal([SecretStr("old")]).seal(CARRIED)

    assert Seal([SecretStr("new"), SecretStr("old")]).open(before) == CARRIED
    assert Seal([SecretStr("new")]).open(before) == {}


@given(st.dictionaries(st.sampled_from(["channel", "thread_ts", "seal", "x"]), st.text(max_size=9)))
def test_what_differs_from_what_was_sealed_is_not_taken(changes: dict[str, str]) -> None:
    seal = Seal([SecretStr("secret")])
    sealed = json.loads(seal.seal(CARRIED))
    changed = {**sealed, **changes}

    opened = seal.open(json.dumps(changed))

    assert opened == (CARRIED if changed == sealed else {})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "7",
        "{",
        "[" * 3000,
        '{"seal": 1}',
        '"\\ud800"',
        '{"seal": "\\ud800", "channel": "C1"}',
    ],
)
def test_anything_else_is_nothing(text: str) -> None:
    assert Seal([SecretStr("secret")]).open(text) == {}
