"""Encrypting a text, and what stands for a number."""

import pytest

from bot.core.errors import UnknownKey
from bot.storage.encryption.sealing import Sealing, is_key, new_index_key, new_key

NUMBER = "+14155552671"


def test_what_is_encrypted_is_read_again_with_the_key_and_with_no_other() -> None:
    key = new_key()
    sealed = Sealing([key]).seal(NUMBER)

    assert NUMBER not in sealed
    assert Sealing([new_key(), key]).open(sealed) == NUMBER
    with pytest.raises(UnknownKey):
        Sealing([new_key()]).open(sealed)
    with pytest.raises(UnknownKey):
        Sealing().open(sealed)


def test_it_is_known_whether_the_newest_key_was_used() -> None:
    old, new = new_key(), new_key()
    sealed = Sealing([old]).seal(NUMBER)

    assert Sealing([old, new]).is_newest(sealed)
    assert not Sealing([new, old]).is_newest(sealed)


def test_what_stands_for_a_number_is_the_same_in_every_process_of_one_database() -> None:
    keys = [new_key()]
    one, other, elsewhere = Sealing(keys), Sealing(keys), Sealing(keys)
    wrapped = new_index_key(one)
    for each in (one, other):
        each.use_index_key(wrapped)
    elsewhere.use_index_key(new_index_key(elsewhere))

    assert one.index(NUMBER) == other.index(NUMBER) != elsewhere.index(NUMBER)
    assert NUMBER not in one.index(NUMBER)
    assert one.searched(NUMBER) == {"the_number": NUMBER, "the_index": one.index(NUMBER)}
    assert Sealing().searched(NUMBER) == {"the_number": NUMBER, "the_index": NUMBER}


def test_what_was_read_is_remembered_only_until_it_is_to_be_forgotten() -> None:
    sealing = Sealing([new_key()])
    sealed = sealing.seal(NUMBER)
    assert [sealing.open(sealed), sealing.opened] == [NUMBER, 1]

    sealing.forget_opened()

    assert sealing.opened == 0
    assert sealing.open(sealed) == NUMBER


@pytest.mark.parametrize("text", ["", "secret", "a" * 44, "a" * 42 + "="])
def test_what_is_no_key_is_not_taken_for_one(text: str) -> None:
    assert not is_key(text)
