"""The tables, on SQLite or PostgreSQL: their columns follow the fields of `Call` and `Draft`."""

import hashlib
import types
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, get_args, get_type_hints
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy import (
    Column,
    ColumnElement,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TextClause,
    and_,
    literal_column,
    text,
)
from sqlalchemy.types import TypeEngine

from bot.core.approval import Approval, ApprovalState
from bot.core.calls.call import Call
from bot.core.calls.reason import Reason
from bot.core.calls.result import CallResult
from bot.core.calls.retry_plan import RetryPlan
from bot.core.calls.states import UNDIALED, EndReason, State
from bot.core.draft import Draft, DraftKind, DraftState
from bot.core.request import IfUnanswered
from bot.storage.column_types import (
    AlwaysSealed,
    AnyText,
    EnumType,
    Flag,
    Identifier,
    JsonObject,
    Number,
    NumberContent,
    NumberKey,
    PlanType,
    ReasonType,
    ResultType,
    Secret,
    Timestamp,
    Utc,
)

metadata = MetaData()


_TYPES: Final[dict[Any, TypeEngine[Any]]] = {
    UUID: Identifier(),
    str: AnyText(),
    int: Number(),
    datetime: Utc(),
    SecretStr: Secret(),
    State: EnumType(State),
    EndReason: EnumType(EndReason),
    RetryPlan: PlanType(),
    DraftKind: EnumType(DraftKind),
    DraftState: EnumType(DraftState),
    ApprovalState: EnumType(ApprovalState),
    dict[str, Any]: JsonObject(),
    Reason: ReasonType(),
    CallResult: ResultType(),
}


# What tells of people or opens something: encrypted, where the database says so.
_SEALED: Final[dict[str, TypeEngine[Any]]] = {
    "prompt": AnyText(sealed=True),
    "unclear": JsonObject(sealed=True),
    "response_url": Secret(sealed=True),
    "callback_secret": Secret(sealed=True),
    "result": JsonObject(sealed=True),
    "normalized_result": ResultType(sealed=True),
    "reason": ReasonType(sealed=True),
    "retry_plan": PlanType(sealed=True),
}

# A column keeps the name by which the version before knows it.
_NAMES: Final = {"attempt_number": "try_number"}


def _column(name: str, hint: Any, others: Mapping[str, TypeEngine[Any]] = _SEALED) -> Column[Any]:
    optional = isinstance(hint, types.UnionType)
    kind = get_args(hint)[0] if optional else hint
    return Column(
        _NAMES.get(name, name),
        others.get(name) or _TYPES[kind],
        key=name,
        # The version before writes no plan.
        nullable=optional or kind is RetryPlan,
        primary_key=name == "id",
        unique=name == "request_key",
    )


# One row: the oldest revision whose version can use the schema.
schema_compatibility = Table(
    "schema_compatibility", metadata, Column("compatible_from", Text, primary_key=True)
)

# One row, once there are keys: by what encrypted numbers are found, itself encrypted, and whether
# what is written is to be encrypted.
encryption = Table(
    "encryption",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("index_key", Text, nullable=False),
    Column("is_writing", Flag, nullable=False),
)

# A key's permits are taken in turn by all replicas that use it; the key itself is not kept.
rates = Table(
    "callcow_rates",
    metadata,
    Column("key_digest", Text, primary_key=True),
    Column("taken", JsonObject(), nullable=False),
    Column("paused_until", Timestamp, nullable=False),
)

# When the next message may be posted in a channel, which is known by its workspace's id before its
# own: `team:channel`.
channel_slots = Table(
    "channel_slots",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("free_at", Timestamp, nullable=False),
)

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
        _column(name, hint, {**_SEALED, "recipient": NumberKey()})
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


def _index(
    name: str, *columns: Column[Any], only: ColumnElement[bool] | TextClause | None = None
) -> None:
    """Make an index of the rows for which `only` holds."""
    Index(name, *columns, postgresql_where=only, sqlite_where=only)


_is_left: Final = calls.c.due_at.is_not(None)
# Only what is left to do is due, so this stays small however many calls there were.
_index("calls_due", calls.c.due_at, calls.c.state, only=_is_left)
_index("calls_left_of_requester", calls.c.requester, calls.c.dial_at, only=_is_left)
_index("calls_of_requester", calls.c.requester, calls.c.requested_at)
# The words stand in it, as an index's condition and in the statements alike: otherwise no database
# could tell that the one is meant by the other.
undialed: Final = calls.c.state.in_([literal_column(f"'{state}'") for state in UNDIALED])
_index("calls_undialed_of_team", calls.c.team, only=text("state IN ('requested', 'announced')"))
_index(
    "calls_to_dial",
    calls.c.team,
    calls.c.requester,
    calls.c.dial_at,
    only=text(
        "state IN ('requested', 'announced') AND dialing_since IS NULL AND due_at IS NOT NULL"
    ),
)
_index("calls_of_thread", calls.c.thread_ts, only=calls.c.thread_ts.is_not(None))
_index("calls_of_message", calls.c.message_ts, only=calls.c.message_ts.is_not(None))
# What is still to be erased in time; the conditions stand in the statements as well.
is_erasable: Final = and_(
    calls.c.state == literal_column("'reported'"), calls.c.erased_at.is_(None)
)
has_secret: Final = calls.c.callback_secret != literal_column("''")
_index("calls_to_erase", calls.c.ended_at, only=is_erasable)
_index("calls_to_erase_of_team", calls.c.team, calls.c.ended_at, only=is_erasable)
_index("calls_with_secret", calls.c.ended_at, only=has_secret)
_index("calls_with_response_url", calls.c.requested_at, only=calls.c.response_url.is_not(None))
_index("calls_after", calls.c.previous, only=calls.c.previous.is_not(None))
has_no_result: Final = calls.c.ending == literal_column(f"'{EndReason.NO_RESULT}'")
_index("calls_without_result", calls.c.team, calls.c.dial_at, only=text("ending = 'no_result'"))
_is_sent: Final = calls.c.dialing_since.is_not(None)
_index(
    "calls_sent_to_number", calls.c.team, calls.c.recipient, calls.c.dialing_since, only=_is_sent
)
_index("calls_sent_of_team", calls.c.team, calls.c.dialing_since, only=_is_sent)
has_number: Final = calls.c.recipient != literal_column("''")
_index("calls_of_number", calls.c.recipient, only=has_number)
_index("calls_left_of_number", calls.c.team, calls.c.recipient, calls.c.dial_at, only=_is_left)

drafts = Table(
    "drafts",
    metadata,
    *(
        _column(
            name,
            hint,
            {**_SEALED, "number": AnyText(sealed=True), "recipient": AnyText(sealed=True)},
        )
        for name, hint in get_type_hints(Draft).items()
    ),
)
_index("drafts_due", drafts.c.due_at, only=drafts.c.due_at.is_not(None))
_index("drafts_by_age", drafts.c.created_at)
_index("drafts_by_conversation", drafts.c.requester, drafts.c.channel, drafts.c.created_at)
# For the keys that begin alike, which PostgreSQL finds by such an index alone: how it sorts a text
# is otherwise the language's affair.
Index(
    "drafts_by_key",
    drafts.c.request_key,
    postgresql_ops={"request_key": "text_pattern_ops"},
)

approvals = Table(
    "approvals",
    metadata,
    *(_column(name, hint) for name, hint in get_type_hints(Approval).items()),
)
_index("approvals_due", approvals.c.due_at, only=approvals.c.due_at.is_not(None))
_index("approvals_of_call", approvals.c.call_id)
_index("approvals_of_requester", approvals.c.requester, approvals.c.created_at)
_index("approvals_decided_by", approvals.c.decided_by, only=approvals.c.decided_by.is_not(None))
is_open: Final = approvals.c.state == literal_column("'open'")
_index("approvals_open_of_team", approvals.c.team, only=is_open)

# What Slack last said of where the bot is installed, so that it is known while Slack is away.
installations = Table(
    "installations",
    metadata,
    Column("team", Text, primary_key=True),
    Column("token_digest", Text, nullable=False),
    Column("team_id", AnyText),
    Column("enterprise_id", AnyText),
    Column("org_wide", Flag, nullable=False),
    Column("url", AnyText),
    Column("bot_user", AnyText),
    Column("bot_id", AnyText),
    Column("learned_at", Utc, nullable=False),
    # For many workspaces alone: every change has a later version.
    Column("version", Number),
    Column("bot_token", AlwaysSealed),
    Column("scopes", AnyText),
    Column("installed_by", AnyText),
    Column("installed_at", Utc),
    Column("removed_at", Utc),
    # What the installer is still to be told, and when that is tried next.
    Column("notice", AnyText),
    Column("notice_at", Utc),
)
Index("installations_version", installations.c.version)
_index(
    "installations_removed_at",
    installations.c.removed_at,
    only=installations.c.removed_at.is_not(None),
)
_index(
    "installations_notice_at",
    installations.c.notice_at,
    only=installations.c.notice_at.is_not(None),
)

# Who has begun to install the bot, and comes back from Slack with what is found here once.
oauth_states = Table(
    "oauth_states",
    metadata,
    Column("state", Text, primary_key=True),
    Column("expires_at", Utc, nullable=False),
)
Index("oauth_states_expires_at", oauth_states.c.expires_at)

# What each workspace has set for itself. The version is of all rows: each change has a later one.
workspace_settings = Table(
    "workspace_settings",
    metadata,
    Column("team", Text, primary_key=True),
    Column("version", Number(), nullable=False),
    Column("own", JsonObject(), nullable=False),
    Column("callcow_key", AlwaysSealed()),
    # As in what it has set, which the database cannot look into.
    Column("retention_days", Number()),
    Column("changed_at", Utc, nullable=False),
    Column("changed_by", AnyText),
)
_index("workspace_settings_version", workspace_settings.c.version)
has_own_key: Final = workspace_settings.c.callcow_key.is_not(None)
has_retention: Final = workspace_settings.c.retention_days.is_not(None)
_index("workspace_settings_with_retention", workspace_settings.c.team, only=has_retention)
_index("workspace_settings_with_key", workspace_settings.c.team, only=has_own_key)

# The numbers that asked not to be called, by workspace.
do_not_call = Table(
    "do_not_call",
    metadata,
    Column("team", Text, primary_key=True),
    Column("number", NumberKey, primary_key=True),
    Column("added_by", AnyText, nullable=False),
    Column("added_at", Utc, nullable=False),
    Column("sealed_number", NumberContent),
)
_index("do_not_call_added_by", do_not_call.c.added_by)
# The workspaces in which nothing is dialed now.
pauses = Table(
    "pauses",
    metadata,
    Column("team", Text, primary_key=True),
    Column("paused_by", AnyText, nullable=False),
    Column("paused_at", Utc, nullable=False),
)
# What was done, by whom; only ever added to, until it is old.
audit = Table(
    "audit",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("at", Utc, nullable=False),
    Column("team", AnyText, nullable=False),
    Column("person", AnyText),
    Column("act", AnyText, nullable=False),
    Column("call", Identifier),
    Column("rule", AnyText),
)
_index("audit_at", audit.c.at)
_index("audit_of_team", audit.c.team, audit.c.at)
is_of_settings: Final = audit.c.act == literal_column("'settings_changed'")
_index("audit_of_settings", audit.c.team, only=is_of_settings)
_index("audit_of_person", audit.c.person, only=audit.c.person.is_not(None))
_index("calls_of_series", calls.c.series_id, only=calls.c.series_id.is_not(None))
