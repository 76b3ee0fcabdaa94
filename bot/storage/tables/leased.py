"""Drafts and approvals: what people answer, kept until they do."""

from typing import Final, get_type_hints

from sqlalchemy import (
    Index,
    Table,
    literal_column,
)

from bot.core.approval import Approval
from bot.core.draft import Draft
from bot.storage.column_types import (
    AnyText,
)
from bot.storage.tables.columns import SEALED, column, index, metadata

drafts = Table(
    "drafts",
    metadata,
    *(
        column(
            name,
            hint,
            {**SEALED, "number": AnyText(sealed=True), "recipient": AnyText(sealed=True)},
        )
        for name, hint in get_type_hints(Draft).items()
    ),
)
index("drafts_due", drafts.c.due_at, only=drafts.c.due_at.is_not(None))
index("drafts_by_age", drafts.c.created_at)
index("drafts_by_conversation", drafts.c.requester, drafts.c.channel, drafts.c.created_at)
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
    *(column(name, hint) for name, hint in get_type_hints(Approval).items()),
)
index("approvals_due", approvals.c.due_at, only=approvals.c.due_at.is_not(None))
index("approvals_of_call", approvals.c.call_id)
index("approvals_of_requester", approvals.c.requester, approvals.c.created_at)
index("approvals_decided_by", approvals.c.decided_by, only=approvals.c.decided_by.is_not(None))
is_open: Final = approvals.c.state == literal_column("'open'")
index("approvals_open_of_team", approvals.c.team, only=is_open)
