import re
import shutil
import subprocess
from pathlib import Path

import pytest

from gatepost.cli.settings import seconds
from tests.unit.deploy.settings import DEPLOY, KNOWN, variables

UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
NODES = [
    unit
    for unit in UNITS
    if unit.name not in ("gatepost-control-plane.service", "gatepost-console.service")
]
SYSTEMD = shutil.which("systemd-analyze")
needs_systemd = pytest.mark.skipif(SYSTEMD is None, reason="there is no systemd-analyze here")
by_name = pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)


def lines(unit: Path, key: str) -> list[str]:
    """Return the values of a key, as often as it is set."""
    return re.findall(rf"^{key}=(.*)$", unit.read_text(), re.MULTILINE)


def runnable(unit: Path, folder: Path, **changed: str) -> Path:
    """Return a copy whose command exists on this machine, and with some keys changed."""
    text = unit.read_text().replace("/opt/gatepost/bin/gatepost", "/bin/true")
    for key, value in changed.items():
        text = re.sub(rf"^{key}=.*$", f"{key}={value}", text, flags=re.MULTILINE)
    copy = folder / unit.name
    copy.write_text(text)
    return copy


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    assert SYSTEMD is not None
    return subprocess.run([SYSTEMD, *arguments], capture_output=True, text=True, check=False)


@needs_systemd
@by_name
def test_systemd_understands_every_line(unit: Path, tmp_path: Path) -> None:
    said = analyze("verify", "--man=no", str(runnable(unit, tmp_path)))
    assert (said.returncode, said.stderr) == (0, "")


@needs_systemd
def test_a_key_that_systemd_does_not_know_is_found(tmp_path: Path) -> None:
    unit = runnable(UNITS[0], tmp_path)
    unit.write_text(unit.read_text().replace("ProtectHome=", "ProtectHouse="))
    assert "ProtectHouse" in analyze("verify", "--man=no", str(unit)).stderr


@needs_systemd
@by_name
def test_systemd_finds_little_exposed(unit: Path, tmp_path: Path) -> None:
    copy = str(runnable(unit, tmp_path))
    said = analyze("security", "--offline=yes", "--threshold=20", "--no-pager", copy)
    if "unrecognized option" in said.stderr:
        pytest.skip("this systemd judges no files")
    assert said.returncode == 0, said.stdout[-200:]


@by_name
def test_a_unit_runs_with_the_rights_of_nobody_else(unit: Path) -> None:
    assert lines(unit, "DynamicUser") == ["yes"]
    assert lines(unit, "ProtectSystem") == ["strict"]
    assert lines(unit, "NoNewPrivileges") == ["yes"]
    assert lines(unit, "StateDirectory") == lines(unit, "User") == [unit.stem]
    rights = ["CAP_NET_BIND_SERVICE"] if unit in NODES else [""]
    assert lines(unit, "CapabilityBoundingSet") == lines(unit, "AmbientCapabilities") == rights


@by_name
def test_secrets_come_as_files_and_settings_are_those_of_the_command(unit: Path) -> None:
    (command,) = lines(unit, "ExecStart")
    assert command.startswith("/opt/gatepost/bin/gatepost ")
    name = command.split()[1]
    text = unit.read_text()
    assert variables(text) <= KNOWN[name]
    assert not [line for line in lines(unit, "Environment") if "SECRET" in line or "TOKEN" in line]
    if name == "console":  # it has none: whoever looks brings their own
        assert not lines(unit, "LoadCredential")
        return
    (credential,) = lines(unit, "LoadCredential")
    assert f"GATEPOST_SETTINGS=%d/{credential.split(':')[0]}" in lines(unit, "Environment")


@pytest.mark.parametrize("unit", NODES, ids=lambda unit: unit.stem)
def test_a_node_has_the_time_to_drain_and_is_told_alone(unit: Path) -> None:
    assert lines(unit, "KillMode") == ["mixed"]
    (drain,) = [line for line in lines(unit, "Environment") if line.startswith("GATEPOST_DRAIN=")]
    (stop,) = lines(unit, "TimeoutStopSec")
    assert seconds(stop) == seconds(drain.split("=")[1]) + 15
