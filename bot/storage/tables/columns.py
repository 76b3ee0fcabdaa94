"""How columns follow the fields of what they keep, and which of them are encrypted."""

import types
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, get_args
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy import (
    Column,
    ColumnElement,
    Index,
    MetaData,
    TextClause,
)
from sqlalchemy.types import TypeEngine

from bot.core.approval import ApprovalState
from bot.core.calls.reason import Reason
from bot.core.calls.result import CallResult
from bot.core.calls.retry_plan import RetryPlan
from bot.core.calls.states import EndReason, State
from bot.core.draft import DraftKind, DraftState
from bot.storage.column_types import (
    AnyText,
    EnumType,
    Identifier,
    JsonObject,
    Number,
    PlanType,
    ReasonType,
    ResultType,
    Secret,
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
SEALED: Final[dict[str, TypeEngine[Any]]] = {
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


def column(name: str, hint: Any, others: Mapping[str, TypeEngine[Any]] = SEALED) -> Column[Any]:
    """Return the column for a field of that type; `others` has the types of special fields."""
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


def index(
    name: str, *columns: Column[Any], only: ColumnElement[bool] | TextClause | None = None
) -> None:
    """Make an index of the rows for which `only` holds."""
    Index(name, *columns, postgresql_where=only, sqlite_where=only)
