"""Ids as they come back from outside."""

from uuid import UUID

import pytest

from bot.core.ids import parse_id

ID = "5a4a1c6e-9b1d-4a53-9a53-0c8a2f1c7e11"


def test_an_id_is_read_as_it_was_given_out() -> None:
    assert parse_id(ID) == UUID(ID)


@pytest.mark.parametrize(
    "text", ["", "5", ID.upper(), f"{{{ID}}}", ID.replace("-", ""), f"urn:uuid:{ID}", f" {ID}"]
)
def test_anything_else_is_none(text: str) -> None:
    assert parse_id(text) is None
