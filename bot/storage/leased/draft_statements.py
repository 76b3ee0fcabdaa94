"""The SQL statements of the store of drafts, each built once."""

from typing import Final

from sqlalchemy import Integer, and_, bindparam, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.core.draft import DraftState
from bot.storage.leased.lease_statements import LeaseStatements
from bot.storage.tables import calls, drafts

INSERT: Final = {
    name: insert(drafts)
    .on_conflict_do_nothing(index_elements=["request_key"])
    .returning(drafts.c.id)
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
LEASE: Final = LeaseStatements(drafts)
# The draft of a message, and those of its edits, whose keys begin with its own and a colon.
OF_MESSAGE: Final = {
    name: select(drafts).where(
        or_(
            drafts.c.request_key == bindparam("the_key"),
            and_(
                drafts.c.request_key.bool_op(from_)(bindparam("edits_from")),
                drafts.c.request_key.bool_op(to)(bindparam("edits_to")),
            ),
        )
    )
    # By their characters, whatever the language of the database.
    for name, from_, to in (("sqlite", ">=", "<"), ("postgresql", "~>=~", "~<~"))
}
QUESTIONS: Final = (
    select(drafts)
    .where(
        drafts.c.created_at >= bindparam("since"),
        drafts.c.team == bindparam("the_team"),
        drafts.c.requester == bindparam("who"),
        drafts.c.channel == bindparam("place"),
    )
    .order_by(drafts.c.created_at.desc())
    .limit(20)
)
CALL_BY_KEY: Final = select(calls.c.id).where(calls.c.request_key == bindparam("the_key"))
ID_BY_KEY: Final = select(drafts.c.id).where(drafts.c.request_key == bindparam("the_key"))
# The last call whose replies hang on a message: it was asked from there, or opened the thread.
CALL_OF_THREAD: Final = (
    select(calls)
    .where(
        calls.c.team == bindparam("the_team"),
        calls.c.erased_at.is_(None),
        or_(
            and_(calls.c.thread_ts == bindparam("root"), calls.c.channel == bindparam("place")),
            and_(calls.c.message_ts == bindparam("root"), calls.c.posted_in == bindparam("place")),
        ),
    )
    .order_by(calls.c.requested_at.desc())
    .limit(1)
)
# A person's decision takes the lease away from a step that is under way.
DECIDE: Final = update(drafts).where(
    drafts.c.id == bindparam("the_id"),
    drafts.c.state.in_(bindparam("from_states", expanding=True)),
)
# What is found by its due time, as all that is open has one; of it nothing is left that could be
# called.
EXPIRE_OPEN: Final = (
    update(drafts)
    .where(drafts.c.due_at <= bindparam("at_any_time"), drafts.c.state == DraftState.OPEN)
    .values(number=None, recipient=None, prompt=None, unclear=None, lease=None, lease_until=None)
)
_OLD: Final = (
    select(drafts.c.id)
    .where(drafts.c.created_at <= bindparam("before"))
    .order_by(drafts.c.created_at)
    # As a number: of any number PostgreSQL would expect so many that it read the whole table.
    .limit(bindparam("most", type_=Integer, literal_execute=True))
)
DELETE_OLD: Final = delete(drafts).where(drafts.c.id.in_(_OLD))
