"""Who asks for something, and of which team. Pure."""

import re
from dataclasses import dataclass
from typing import Final

_ID: Final = re.compile(r"[A-Z0-9]{1,40}")


@dataclass(frozen=True)
class Person:
    """A person in Slack; in a shared channel the team can be another than the bot's.

    `team` is a workspace or an organization, as Slack names it for the *person*. `enterprise` is
    the organization of that workspace, None where Slack does not say: that of the installation, or
    of whoever owns the channel, is told beside it and is no word on the person.

    `installed_in` is what Slack says of where the bot is that it told of what they did: a workspace
    and its organization, or one of the two; nothing where it does not say.
    """

    id: str
    team: str
    enterprise: str | None = None
    installed_in: tuple[str, ...] = ()


def installation_ids(
    team: object, enterprise: object, *, is_org_wide: bool = False
) -> tuple[str, ...]:
    """Return where an installation is looked for: a workspace, then its organization.

    `is_org_wide` says that it is the organization's own. What is no id of Slack's is left out.
    """
    looked_for = (enterprise,) if is_org_wide and enterprise else (team, enterprise)
    return tuple(one for one in looked_for if isinstance(one, str) and _ID.fullmatch(one))
