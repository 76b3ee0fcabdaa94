"""Prometheus' alerts: each fires and clears, and asks for what the bot tells."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.alert_cases import CASES, AlertCase
from tests.world import World, get

OPS: Final = Path(__file__).parents[1] / ".ops"
GROUPS: Final[Any] = yaml.safe_load((OPS / "alerts.yml").read_text(encoding="utf-8"))["groups"]
ALERTS: Final[dict[str, Any]] = {rule["alert"]: rule for rule in GROUPS[0]["rules"]}
# What Prometheus makes itself.
_OWN: Final = {"up"}
_METRIC: Final = re.compile(r"\b(?:ringback|process)_\w+|\bup\b")


@pytest.fixture(scope="session")
def promtool() -> str:
    """Return the program that tries rules; without it there is nothing to test them with."""
    found = shutil.which("promtool")
    if found is None:
        reason = "no promtool here: it is in Debian's package prometheus"
        if os.environ.get("RINGBACK_REQUIRE_OPS"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def tried(alert: str, case: AlertCase, folder: Path) -> Path:
    """Return the file with which promtool tries that alert."""
    rule = ALERTS[alert]
    fired = {
        "exp_labels": {**rule["labels"], **case.labels},
        "exp_annotations": rule["annotations"],
    }
    expected = {case.is_not_yet_at: [], case.fires: [fired], case.clears: []}
    return written(alert, case.series, expected, folder)


def written(
    alert: str,
    series: Mapping[str, str],
    expected: Mapping[int, list[dict[str, Any]]],
    folder: Path,
) -> Path:
    """Return a file that says to promtool what fires at which minute."""
    tests = {
        "rule_files": [str(OPS / "alerts.yml")],
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": "1m",
                "input_series": [
                    {"series": name, "values": values} for name, values in series.items()
                ],
                "alert_rule_test": [
                    {"alertname": alert, "eval_time": f"{minute}m", "exp_alerts": alerts}
                    for minute, alerts in expected.items()
                ],
            }
        ],
    }
    path = folder / "test.yml"
    path.write_text(json.dumps(tests), encoding="utf-8")
    return path


def run(promtool: str, file: Path) -> None:
    """Let promtool try a file; it fails the test with what it says."""
    ended = subprocess.run(
        [promtool, "test", "rules", file], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize("alert", CASES)
def test_it_fires_when_it_should_and_clears(alert: str, promtool: str, tmp_path: Path) -> None:
    run(promtool, tried(alert, CASES[alert], tmp_path))


def test_no_callback_is_missed_where_results_are_polled_for(promtool: str, tmp_path: Path) -> None:
    placed = {'ringback_callcow_requests_total{request="dial",answer="placed"}': "0+1x200"}

    run(promtool, written("RingbackCallbacksMissing", placed, {150: []}, tmp_path))


def test_each_alert_is_tried() -> None:
    assert set(CASES) == set(ALERTS)


def test_the_runbook_says_of_each_alert_what_to_do() -> None:
    runbook = (OPS.parent / ".github/OPERATING.md").read_text(encoding="utf-8")

    assert set(re.findall(r"^\| `(Ringback\w+)` \|", runbook, re.MULTILINE)) == set(ALERTS)


async def test_each_alert_asks_for_what_the_bot_tells(world: World) -> None:
    expressions = " ".join(rule["expr"] for rule in ALERTS.values())
    async with world.bot():
        _, told = await get(f"{world.admin_url}/metrics")

    names = {line.split(" ")[0].split("{")[0] for line in told.splitlines() if line[:1] != "#"}
    kinds = {line.split(" ")[2] for line in told.splitlines() if line.startswith("# TYPE")}
    labelled = {name for name in kinds if f"\n{name}{{" not in told and f"\n{name} " not in told}
    known = names | kinds | {f"{name}_total" for name in labelled} | _OWN
    assert set(_METRIC.findall(expressions)) - known == set()


async def test_what_an_alert_counts_is_there_before_it_first_happens(world: World) -> None:
    async with world.bot():
        _, told = await get(f"{world.admin_url}/metrics")

    for begun in (
        'ringback_callbacks_total{status="503"} 0.0',
        'ringback_callcow_requests_total{answer="refused",request="dial"} 0.0',
        'ringback_calls_ended_total{outcome="no_result"} 0.0',
        'ringback_database_failures{phase="connect"} 0.0',
        'ringback_slack_signatures_rejected_total{cause="secret"} 0.0',
        "ringback_slack_socket_connected NaN",
    ):
        assert f"\n{begun}\n" in told
