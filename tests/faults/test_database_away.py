"""PostgreSQL stopped, or silent: the handlers say so, and all goes on by itself when it is back."""

import asyncio
import json

import pytest

from bot.demo.faults import Fault
from bot.demo.slack.workspace import ADA, GENERAL
from tests.faults.cluster import Cluster
from tests.faults.requests import a_call_and_a_form, refuse, work_again
from tests.world import COMMAND, World, get, shown


@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_it_is_stopped_and_started(cluster: Cluster, cluster_world: World, mode: str) -> None:
    world = cluster_world
    async with world.served():
        status, form = await a_call_and_a_form(world)

        async with cluster.stopped(mode):
            await refuse(world, form, "Nothing was saved")
            code, body = await get(f"{world.url}/readyz")
            assert (code, json.loads(body)["database"]) == (503, False)
            assert (await get(f"{world.url}/healthz"))[0] == 200

        await work_again(world, status, form)
        assert (await get(f"{world.url}/readyz"))[0] == 200
        assert len(await world.saved_calls()) == 2


async def test_it_answers_nothing_for_a_while(cluster: Cluster, cluster_world: World) -> None:
    world = cluster_world
    async with world.served():
        status, form = await a_call_and_a_form(world)

        with cluster.frozen():
            await refuse(world, form, "saved")
            assert (await get(f"{world.url}/readyz"))[0] == 503

        await work_again(world, status, form)
        assert (await get(f"{world.url}/readyz"))[0] == 200


async def test_it_goes_while_steps_are_under_way(cluster: Cluster, cluster_world: World) -> None:
    world = cluster_world
    post = asyncio.Event()
    world.slack.faults.add("chat.postMessage", Fault(when="after", hold=post))
    async with world.served() as bot:
        await world.slack.command(ADA, GENERAL, COMMAND)
        status = await world.until_posted()

        async with cluster.stopped("immediate"):
            post.set()
            await bot.until_logged("step not saved yet")

        await world.until_placed()
        await world.callcow.finish(world.callcow.dials[0].call_id)
        assert "Completed" in shown(await world.until_replied(status))
        assert len(world.slack.messages(GENERAL)) == 2
