"""The container file, the compose file, Caddy's, systemd's and Litestream's, as far as they go.

Each is tried by the program that reads it; where that is not here, the test is skipped.
"""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from bot.settings import Settings

ROOT: Final = Path(__file__).parents[1]
OPS: Final = ROOT / ".ops"
COMPOSE: Final[Any] = yaml.safe_load((OPS / "compose.yml").read_text(encoding="utf-8"))
SETTINGS: Final = {name.upper() for name in Settings.model_fields}
# What systemd calls the exposure of a service, from 0 to 10.
_EXPOSURE_MAX: Final = 1.5


def run(program: str, *arguments: str | Path, **environment: str) -> str:
    """Return what a program prints; skip the test where it is not here, fail if it fails."""
    found = shutil.which(program)
    if found is None:
        reason = f"no {program} here"
        if os.environ.get("RINGBACK_REQUIRE_OPS"):
            pytest.fail(reason)
        pytest.skip(reason)
    ended = subprocess.run(
        [found, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", **environment},
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr


def pins(path: Path) -> dict[str, str]:
    """Return the versions that a file with hashes pins, by package and marker."""
    lines = path.read_text(encoding="utf-8").splitlines()
    pinned = [line.rstrip(" \\") for line in lines if re.match(r"[a-z0-9]", line)]
    return dict(line.split("==", 1) for line in pinned)


def test_the_container_file_is_as_hadolint_wants_it() -> None:
    run("hadolint", OPS / "Dockerfile")


def test_the_compose_file_has_the_shape_of_one() -> None:
    run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", OPS / "compose.yml")


@pytest.mark.parametrize("upstreams", ["127.0.0.1:3000", "127.0.0.1:3000 127.0.0.1:3001"])
def test_caddy_takes_its_file(upstreams: str) -> None:
    run(
        "caddy", "validate", "--adapter", "caddyfile", "--config", OPS / "Caddyfile",
        DOMAIN="http://127.0.0.1:8080", UPSTREAMS=upstreams,
    )  # fmt: skip


def test_prometheus_takes_its_file() -> None:
    run("promtool", "check", "config", OPS / "prometheus.yml")


@pytest.mark.parametrize("name", ["ringback.service", "ringback@.service"])
def test_systemd_takes_the_unit_and_finds_it_hardened(name: str, tmp_path: Path) -> None:
    unit = (OPS / name).read_text(encoding="utf-8")
    # What it would run has to be there.
    here = tmp_path / name
    here.write_text(unit.replace("/opt/ringback/bin/ringback", "/bin/true"), encoding="utf-8")

    complaints = run("systemd-analyze", "verify", "--man=no", here)
    told = run("systemd-analyze", "security", "--offline=yes", here)

    assert str(tmp_path) not in complaints
    level = re.search(r"Overall exposure level for \S+: ([\d.]+)", told)
    assert level is not None
    assert float(level[1]) <= _EXPOSURE_MAX


def test_the_service_sees_what_its_process_metrics_are_read_from() -> None:
    unit = (OPS / "ringback.service").read_text(encoding="utf-8")

    # Without /proc/stat prometheus_client tells nothing of the process.
    assert not re.search(r"^ProcSubset=pid", unit, re.MULTILINE)


def test_a_single_command_runs_as_hardened_as_the_service() -> None:
    service, command = (
        (OPS / name).read_text(encoding="utf-8").partition("User=")[2].partition("\n[Install]")[0]
        for name in ("ringback.service", "ringback@.service")
    )

    assert service.strip() == command.strip()


def test_every_service_of_ours_is_read_only_and_may_do_nothing_else() -> None:
    ours = {n: s for n, s in COMPOSE["services"].items() if s["image"].startswith("ringback:")}

    assert set(ours) == {"migrate", "ringback-1", "ringback-2"}
    for service in ours.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["user"] == "10001:10001"


def test_each_setting_that_the_files_name_exists() -> None:
    compose = COMPOSE["services"]["ringback-1"]
    container = (OPS / "Dockerfile").read_text(encoding="utf-8")
    unit = (OPS / "ringback.service").read_text(encoding="utf-8")

    named = {
        *compose["environment"],
        *compose["secrets"],
        *re.findall(r"^ {4}(\w+)=", container, re.MULTILINE),
        *re.findall(r"^LoadCredential=(\w+)", unit, re.MULTILINE),
        *re.findall(
            r"(?<!Env)\b([A-Z_]+)=", "\n".join(re.findall("^Environment=.*", unit, re.MULTILINE))
        ),
    }

    assert named - {"PYTHONDONTWRITEBYTECODE"} - SETTINGS == set()


def test_who_stops_it_waits_for_longer_than_it_drains() -> None:
    compose = COMPOSE["services"]["ringback-1"]

    assert int(compose["stop_grace_period"].removesuffix("s")) >= 10 + int(
        compose["environment"]["DRAIN_SECONDS"]
    )


def test_the_container_runs_the_versions_that_the_gate_tests() -> None:
    container, gate = pins(OPS / "requirements.txt"), pins(ROOT / ".ci/constraints.txt")

    assert container
    assert {name: version for name, version in container.items() if gate[name] != version} == {}


@pytest.mark.parametrize(
    ("file", "extras"),
    [(".ci/constraints.txt", ["postgres", "test"]), (".ops/requirements.txt", ["postgres"])],
)
def test_what_pyproject_declares_is_pinned_with_hashes(file: str, extras: list[str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional = [each for extra in extras for each in project["optional-dependencies"][extra]]

    names = {
        re.split(r"[\[>;=]", requirement)[0]
        for requirement in [*project["dependencies"], *optional]
    }

    pinned = {re.split(r"[\[ ]", name)[0] for name in pins(ROOT / file)}
    assert names - pinned == set(), "run .ci/lock"


def test_a_release_is_tried_on_every_python_that_it_names() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = re.findall(r":: Python :: (3\.\d+)\n", "\n".join([*project["classifiers"], ""]))
    workflow: Any = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text("utf-8"))
    jobs = workflow["jobs"]
    [built] = [s["with"] for s in jobs["build"]["steps"] if "setup-python" in s.get("uses", "")]

    assert jobs["gate"]["strategy"]["matrix"]["python"] == named
    assert built["python-version"].split() == named


def test_the_runbook_leaves_nothing_unreadable_that_its_services_read() -> None:
    runbook = (ROOT / ".github/OPERATING.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```text\n(.*?)^```$", runbook, re.MULTILINE | re.DOTALL)

    # Only in a subshell: what is installed after it is for other users.
    assert not [block for block in blocks if re.search("^umask 077", block, re.MULTILINE)]
    for block in blocks:
        run("bash", "-n", "-c", block)
