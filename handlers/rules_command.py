"""`/call block`, `unblock`, `pause`, `resume`, `forget`: whom and what the bot leaves alone."""

import re
from typing import Final

from bot.blocks.words.rules import (
    blocked,
    forgotten,
    paused,
    resumed,
    unblocked,
    which_number,
    whom_to_forget,
)
from bot.core.forget import read_whom_to_forget
from bot.core.person import Person
from bot.core.reading.reader import read_number
from bot.service.rules import RulesService

# What begins with a letter behind the word is what a call is for: "block my card, +1 …".
_OF_NUMBER: Final = re.compile(r"(block|unblock)(?:\s+(.*))?", re.IGNORECASE | re.DOTALL)
# One word or one number behind it: "forget me not, +1 …" is what a call is for.
_FORGET: Final = re.compile(r"forget(?:\s+(\S+|[^a-z]*))?", re.IGNORECASE)


async def answer_rules(text: str, person: Person, rules: RulesService, command: str) -> str | None:
    """Do what `text` says, typed behind `command`, and return what to answer; None if nothing.

    Raises what `RulesService` raises.
    """
    match text.lower():
        case "pause":
            return paused(command, is_new=await rules.pause(person))
        case "resume":
            return resumed(were_paused=await rules.resume(person))
    if (forgotten_one := _FORGET.fullmatch(text)) is not None:
        return await _forget(forgotten_one[1] or "", person, rules, command)
    found = _OF_NUMBER.fullmatch(text)
    written = (found[2] or "") if found else ""
    if found is None or written[:1].isalpha():
        return None
    word = found[1].lower()
    reading = read_number(written, await rules.region_of(person))
    if reading.recipient is None or not reading.is_confirmable:
        return which_number(command, word)
    number = reading.recipient
    if word == "block":
        return blocked(number, command, is_new=await rules.block(number, person))
    return unblocked(number, was_blocked=await rules.unblock(number, person))


async def _forget(written: str, person: Person, rules: RulesService, command: str) -> str:
    whom = read_whom_to_forget(written, await rules.region_of(person))
    if whom is None:
        return whom_to_forget(command)
    return forgotten(await rules.forget(whom, person), command)
