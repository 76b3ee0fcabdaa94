"""The calls, and the series of those made for one request."""

import hashlib
from typing import Any, Final, get_type_hints

from pydantic import SecretStr
from sqlalchemy import (
    Column,
    Table,
    Text,
    and_,
    literal_column,
    text,
)

from bot.core.calls.call import Call
from bot.core.calls.states import UNDIALED, EndReason
from bot.core.request import IfUnanswered
from bot.storage.column_types import (
    AnyText,
    EnumType,
    Identifier,
    Number,
    NumberContent,
    NumberKey,
    PlanType,
)
from bot.storage.tables.columns import SEALED, column, index, metadata

# What the version before still writes, and this one only reads.
_LEGACY: Final[tuple[Column[Any], ...]] = (
    Column("error", AnyText(sealed=True)),
    Column("shown", AnyText()),
    Column("if_unanswered", EnumType(IfUnanswered), nullable=False, server_default="nothing"),
)
# The fields are defined once, in `Call`: the table follows it.
calls = Table(
    "calls",
    metadata,
    *(
        column(name, hint, {**SEALED, "recipient": NumberKey()})
        for name, hint in get_type_hints(Call).items()
    ),
    Column("sealed_number", NumberContent()),
    # Whether a callback brings the secret is known without the key that the secret is encrypted by.
    Column("secret_digest", Text),
    *_LEGACY,
)


def number_columns(number: str) -> dict[str, str]:
    """Return the columns that change with the number of a call."""
    return {"recipient": number, "sealed_number": number}


def secret_columns(secret: SecretStr) -> dict[str, Any]:
    """Return the columns that change with the callback secret of a call, empty for none."""
    known = secret.get_secret_value()
    return {"callback_secret": secret, "secret_digest": digest_of(known) if known else None}


def digest_of(secret: str) -> str:
    """Return what a random secret is known by, and cannot be found by."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


# What the attempts of one request share; `shown` is what their status message shows.
series = Table(
    "series",
    metadata,
    Column("id", Identifier(), primary_key=True),
    Column("team", AnyText(), nullable=False),
    Column("channel", AnyText(), nullable=False),
    Column("thread_ts", AnyText()),
    Column("posted_in", AnyText()),
    Column("message_ts", AnyText()),
    Column("result_ts", AnyText()),
    Column("retry_plan", PlanType(), nullable=False),
    Column("shown", AnyText()),
    Column("version", Number(), nullable=False),
)

_is_left: Final = calls.c.due_at.is_not(None)
# Only what is left to do is due, so this stays small however many calls there were.
index("calls_due", calls.c.due_at, calls.c.state, only=_is_left)
index("calls_left_of_requester", calls.c.requester, calls.c.dial_at, only=_is_left)
index("calls_of_requester", calls.c.requester, calls.c.requested_at)
# The words stand in it, as an index's condition and in the statements alike: otherwise no database
# could tell that the one is meant by the other.
undialed: Final = calls.c.state.in_([literal_column(f"'{state}'") for state in UNDIALED])
index("calls_undialed_of_team", calls.c.team, only=text("state IN ('requested', 'announced')"))
index(
    "calls_to_dial",
    calls.c.team,
    calls.c.requester,
    calls.c.dial_at,
    only=text(
        "state IN ('requested', 'announced') AND dialing_since IS NULL AND due_at IS NOT NULL"
    ),
)
index("calls_of_thread", calls.c.thread_ts, only=calls.c.thread_ts.is_not(None))
index("calls_of_message", calls.c.message_ts, only=calls.c.message_ts.is_not(None))
# What is still to be erased in time; the conditions stand in the statements as well.
is_erasable: Final = and_(
    calls.c.state == literal_column("'reported'"), calls.c.erased_at.is_(None)
)
has_secret: Final = calls.c.callback_secret != literal_column("''")
index("calls_to_erase", calls.c.ended_at, only=is_erasable)
index("calls_to_erase_of_team", calls.c.team, calls.c.ended_at, only=is_erasable)
index("calls_with_secret", calls.c.ended_at, only=has_secret)
index("calls_with_response_url", calls.c.requested_at, only=calls.c.response_url.is_not(None))
index("calls_after", calls.c.previous, only=calls.c.previous.is_not(None))
has_no_result: Final = calls.c.ending == literal_column(f"'{EndReason.NO_RESULT}'")
index("calls_without_result", calls.c.team, calls.c.dial_at, only=text("ending = 'no_result'"))
_is_sent: Final = calls.c.dialing_since.is_not(None)
index("calls_sent_to_number", calls.c.team, calls.c.recipient, calls.c.dialing_since, only=_is_sent)
index("calls_sent_of_team", calls.c.team, calls.c.dialing_since, only=_is_sent)
has_number: Final = calls.c.recipient != literal_column("''")
index("calls_of_number", calls.c.recipient, only=has_number)
index("calls_left_of_number", calls.c.team, calls.c.recipient, calls.c.dial_at, only=_is_left)
index("calls_of_series", calls.c.series_id, only=calls.c.series_id.is_not(None))
