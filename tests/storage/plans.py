"""What the database's planner says of each statement that runs on a table of ours."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import ClauseElement, Engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.util import await_only

_PLANNED: Final = ("SELECT", "UPDATE", "DELETE", "WITH")


class Plans:
    """While statements run through an engine, collects which ran and the scans in their plans."""

    def __init__(self, engine: Engine, tables: set[str]) -> None:
        self.statements: list[ClauseElement] = []
        self.planned: set[str] = set()
        # Each scan beside the statement that it is part of.
        self.scans: dict[str, set[str]] = {}
        self._tables = tables
        event.listen(engine, "before_execute", self._note)
        event.listen(engine, "before_cursor_execute", self._plan)

    def _note(self, _: Connection, statement: ClauseElement, *__: object) -> None:
        self.statements.append(statement)

    def _plan(
        self,
        connection: Connection,
        cursor: DBAPICursor,
        statement: str,
        parameters: Any,
        _: object,
        executemany: bool,
    ) -> None:
        if not statement.startswith(_PLANNED):
            return
        values = parameters[0] if executemany else parameters
        self.planned.add(statement)
        own = connection.connection.cursor()
        if connection.dialect.name == "sqlite":
            own.execute(f"EXPLAIN QUERY PLAN {statement}", values)
            found = [scan for row in own.fetchall() if (scan := self._sqlite_scan(str(row[3])))]
        else:
            own.execute(f"EXPLAIN (FORMAT JSON) {statement}", values)
            found = list(self._postgresql_scans(own.fetchall()[0][0]))
            found += self._postgresql_scans(_generic_plan(connection, statement, len(values)))
        own.close()
        if found:
            self.scans.setdefault(" ".join(statement.split()), set()).update(found)

    def _sqlite_scan(self, detail: str) -> str | None:
        """Return a line of a plan that reads all of one of the tables, or of an index of it."""
        match = re.match(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?", detail)
        if match is None or match[1] not in self._tables:
            return None
        return f"{match[1]} by {match[2]}" if match[2] else match[1]

    def _postgresql_scans(self, plan: Any) -> Iterator[str]:
        """Yield the nodes of a plan that read all of one of the tables, or of an index of it."""
        if isinstance(plan, str):
            plan = json.loads(plan)
        if isinstance(plan, list):
            for each in plan:
                yield from self._postgresql_scans(each)
            return
        node = plan.get("Plan", plan)
        table = node.get("Relation Name")
        if node["Node Type"] == "Seq Scan" and table in self._tables:
            yield table
        elif "Index Name" in node and "Index Cond" not in node:
            yield f"{table or '?'} by {node['Index Name']}"
        yield from self._postgresql_scans(node.get("Plans", []))


def _generic_plan(connection: Connection, statement: str, parameters: int) -> Any:
    """Return the plan that a prepared statement is left with after some executions."""
    driver: Any = connection.connection.driver_connection
    given = ", ".join(["NULL"] * parameters)
    await_only(
        driver.execute(f"SET plan_cache_mode = force_generic_plan; PREPARE tried AS {statement}")
    )
    try:
        execute = f"EXECUTE tried({given})" if parameters else "EXECUTE tried"
        return await_only(driver.fetchval(f"EXPLAIN (FORMAT JSON) {execute}"))
    finally:
        await_only(driver.execute("DEALLOCATE tried"))
