"""What a visitor changes about the demo, as the page sends it: the time, and the rules."""

from datetime import timedelta
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from bot.demo.conditions import Conditions
from bot.demo.strangers import STRANGERS

_MINUTES_MOST: Final = 7 * 24 * 60


class _Change(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Move(_Change):
    """Let some minutes pass."""

    act: Literal["move"]
    minutes: Annotated[int, Field(gt=0, le=_MINUTES_MOST)]

    async def do(self, conditions: Conditions) -> None:
        """Move the clock."""
        conditions.move(timedelta(minutes=self.minutes))


class GoTo(_Change):
    """Let time pass until an hour where somebody is."""

    act: Literal["go_to"]
    stranger: str
    hour: Annotated[int, Field(ge=0, le=23)]

    async def do(self, conditions: Conditions) -> None:
        """Move the clock; raises `LookupError` where nobody can tell the hour."""
        zone = next((one.zone for one in STRANGERS if one.name == self.stranger), None)
        if zone is None:
            raise LookupError("no hour is known there")
        conditions.go_to(self.hour, zone)


class SetRight(_Change):
    """Have the machine's time again."""

    act: Literal["set_right"]

    async def do(self, conditions: Conditions) -> None:
        """Set the clock right."""
        conditions.set_right()


class SetRules(_Change):
    """Let some rules hold and no other."""

    act: Literal["set_rules"]
    rules: list[str]

    async def do(self, conditions: Conditions) -> None:
        """Restart the bot with them."""
        await conditions.set_rules(self.rules)


Change = Annotated[Move | GoTo | SetRight | SetRules, Field(discriminator="act")]
CHANGE: Final[TypeAdapter[Change]] = TypeAdapter(Change)
