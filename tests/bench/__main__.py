"""`python -m tests.bench [NAME …]`: measures side by side and prints one table."""

import argparse
import asyncio
import os
import platform
import sqlite3
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final

from tests.bench.acknowledgement import acknowledgement
from tests.bench.callbacks import acceptance, reports
from tests.bench.encryption import encryption
from tests.bench.erasing import erasing
from tests.bench.growth import growth
from tests.bench.idle import memory, start, waiting
from tests.bench.repeats import repeats
from tests.bench.replicas import replicas
from tests.bench.rules import rules
from tests.bench.shares import fairness, refused
from tests.bench.silent import silent
from tests.bench.statements import statements
from tests.bench.table import Row, printed
from tests.bench.workspaces import workspaces

BENCHES: Final[dict[str, Callable[[Path], Awaitable[list[Row]]]]] = {
    "acknowledgement": acknowledgement,
    "encryption": encryption,
    "workspaces": workspaces,
    "rules": rules,
    "erasing": erasing,
    "acceptance": acceptance,
    "reports": reports,
    "growth": growth,
    "waiting": waiting,
    "start": start,
    "memory": memory,
    "replicas": replicas,
    "statements": statements,
    "repeats": repeats,
    "refused": refused,
    "fairness": fairness,
    "silent": silent,
}


async def main(names: Sequence[str]) -> None:
    """Measure what is named, or everything, and print the table."""
    rows: list[Row] = []
    for name in names or BENCHES:
        with tempfile.TemporaryDirectory() as folder:
            rows += await BENCHES[name](Path(folder))
    sys.stdout.write(printed(rows))
    sys.stdout.write(
        f"\n{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version} with synchronous=FULL; medians of several alternations\n"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("name", nargs="*", choices=[*BENCHES, []])
    asyncio.run(main(parser.parse_args().name))
