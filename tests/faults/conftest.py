"""What the faults share: a PostgreSQL server that may be stopped, and a world on it."""

import os
from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.faults.cluster import Cluster, NoServer, new_cluster
from tests.world import World


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Return a server of this test process's own; a test that stops it starts it again."""
    try:
        with new_cluster() as made:
            yield made
    except NoServer as error:
        if os.environ.get("RINGBACK_REQUIRE_POSTGRES"):
            pytest.fail(str(error))
        pytest.skip(str(error))


@pytest.fixture
async def cluster_world(cluster: Cluster) -> AsyncIterator[World]:
    """Return a world whose bot has a new database on that server."""
    name = f"ringback_{uuid4().hex}"
    admin = create_async_engine(cluster.url(), isolation_level="AUTOCOMMIT")
    async with admin.connect() as connection:
        await connection.execute(text(f'CREATE DATABASE "{name}"'))
    await admin.dispose()
    async with World(cluster.url(name).render_as_string(hide_password=False)) as made:
        yield made
