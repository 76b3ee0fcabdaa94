"""A real Prometheus with the rules of .ops/alerts.yml, their times cut short."""

import asyncio
import json
import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import yaml

from tests.faults.listening import until_answers
from tests.forked import started
from tests.test_ops_alerts import OPS
from tests.world import free_port, get

_SECONDS: Final = 150.0
_LOOK_SECONDS: Final = 0.5
# What has to be late, or slow, for so many seconds is so sooner here; a restart takes a while.
_SHORTER: Final = (
    ("[30m]) > 3", "[60s]) > 3"),
    ("oldest_due_seconds) > 120", "oldest_due_seconds) > 8"),
    ("report_seconds_bucket[15m]))) > 60", "report_seconds_bucket[15m]))) > 5"),
)


class Prometheus:
    """Asks bots every second."""

    def __init__(self, url: str, targets: Path) -> None:
        self._url = url
        self._targets = targets

    def ask(self, *ports: int) -> None:
        """Ask those that listen there from now on, and nobody else."""
        targets = [{"targets": [f"127.0.0.1:{port}" for port in ports]}]
        new = self._targets.with_suffix(".new")
        new.write_text(json.dumps(targets), encoding="utf-8")
        new.replace(self._targets)

    async def firing(self) -> set[str]:
        """Return the alerts that fire now."""
        _, told = await get(f"{self._url}/api/v1/alerts")
        alerts = json.loads(told)["data"]["alerts"]
        return {one["labels"]["alertname"] for one in alerts if one["state"] == "firing"}

    async def until(self, alert: str, *, fires: bool) -> None:
        """Wait until the alert fires, or has cleared."""
        async with asyncio.timeout(_SECONDS):
            while True:
                if (alert in await self.firing()) == fires:
                    return
                await asyncio.sleep(_LOOK_SECONDS)


def shortened(rules: str) -> str:
    """Return the rules as they are used here: an hour is not waited for."""
    for written, shorter in _SHORTER:
        assert written in rules, written
        rules = rules.replace(written, shorter)
    return re.sub(r"for: \w+", "for: 1s", re.sub(r"\[\d+[mh]\]", "[15s]", rules))


@asynccontextmanager
async def prometheus(ports: Sequence[int]) -> AsyncIterator[Prometheus]:
    """Run it while the context is open; at first it asks those ports."""
    program, port = shutil.which("prometheus"), free_port()
    assert program is not None, "no prometheus here: it is in Debian's package of that name"
    rules = shortened((OPS / "alerts.yml").read_text(encoding="utf-8"))
    settings = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": ["alerts.yml"],
        "scrape_configs": [
            {"job_name": "ringback", "file_sd_configs": [{"files": ["targets.json"]}]}
        ],
    }
    with tempfile.TemporaryDirectory() as folder:
        url = f"http://127.0.0.1:{port}"
        asking = Prometheus(url, Path(folder) / "targets.json")
        asking.ask(*ports)
        (Path(folder) / "alerts.yml").write_text(rules, encoding="utf-8")
        (Path(folder) / "prometheus.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
        options = ("--config.file=prometheus.yml", "--storage.tsdb.path=data")
        address = f"--web.listen-address=127.0.0.1:{port}"
        process = await started({}, program, *options, address, folder=folder)
        reading = asyncio.create_task(process.stderr.read())
        try:
            await until_answers(f"{url}/-/ready")
            yield asking
        finally:
            process.kill()
            await process.wait()
            reading.cancel()
