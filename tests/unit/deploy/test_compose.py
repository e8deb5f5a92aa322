import re
import stat
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from gatepost.cli.settings import seconds
from tests.unit.deploy.settings import DEPLOY, KNOWN, variables

MODEL: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = MODEL["services"]
OURS = [name for name, service in SERVICES.items() if service["image"].startswith("gatepost:")]


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that deploy/new-secrets makes, made by a copy of it."""
    home = tmp_path_factory.mktemp("deploy")
    script = home / "new-secrets"
    script.write_text((DEPLOY / "new-secrets").read_text())
    before = {}
    for _ in range(2):
        subprocess.run(["bash", str(script)], check=True, capture_output=True)
        now = {path.name: path.read_text() for path in (home / "secrets").iterdir()}
        assert not before or now == before, "the second run changed something"
        before = now
    return home / "secrets"


def test_each_secret_is_a_file_that_is_made_for_it(secrets: Path) -> None:
    asked = {name: secret["file"] for name, secret in MODEL["secrets"].items()}
    assert asked == {name: f"./secrets/{name}" for name in asked}
    made = {path.name for path in secrets.iterdir()}
    assert set(asked) <= made
    used = {name for service in SERVICES.values() for name in service.get("secrets", [])}
    assert used == set(asked)
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700


def test_what_is_made_is_long_and_fits_together(secrets: Path) -> None:
    control = tomllib.loads((secrets / "control-plane.toml").read_text())
    node = tomllib.loads((secrets / "node.toml").read_text())
    assert set(control) <= KNOWN["control-plane"]
    assert set(node) <= KNOWN["node"]
    assert (secrets / "admin-token").read_text() == control["admin_token"]
    assert (secrets / "postgres-password").read_text() in control["database"]
    values = [control["database_key"], control["admin_token"], node["status_token"]]
    assert len(set(values)) == 3
    assert all(re.fullmatch("[0-9a-f]{64}", value) for value in values)


@pytest.mark.parametrize("name", OURS)
def test_a_service_of_ours_may_do_little_and_is_told_no_secret(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not [
        key for key in service.get("environment", {}) if re.search("TOKEN|KEY$|DATABASE", key)
    ]


@pytest.mark.parametrize("name", ["control-plane", "node"])
def test_a_service_is_told_what_its_command_knows(name: str) -> None:
    service = SERVICES[name]
    assert service["command"] == [name]
    assert variables(" ".join(service["environment"])) <= KNOWN[name]


def test_a_node_has_the_time_to_drain() -> None:
    node = SERVICES["node"]
    drain = seconds(node["environment"]["GATEPOST_DRAIN"])
    assert seconds(node["stop_grace_period"]) == drain + 15


def test_the_admin_api_is_published_to_this_machine_alone_and_the_database_to_nobody() -> None:
    assert SERVICES["control-plane"]["ports"] == ["127.0.0.1:8001:8001"]
    assert "ports" not in SERVICES["postgres"]
    assert SERVICES["postgres"]["networks"] == ["store"]
    assert MODEL["networks"]["store"]["internal"] is True
