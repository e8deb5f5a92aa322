"""The tools that scripts/interop built, and what helm renders from each values file."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[3]
CHART = ROOT / "deploy/helm/gatepost"
VALUES = sorted((Path(__file__).parent / "values").glob("*.yaml"))
# The oldest that the chart takes, and the one whose types are read strictly.
KUBERNETES = ("1.27.0", "1.36.0")


def tool(name: str) -> str:
    path = os.environ.get(name)
    if not path:
        pytest.fail(f"{name} is not named: run these with `make interop`", pytrace=False)
    return path


class Helm:
    """The real helm. Its own files are kept in a folder of the tests."""

    def __init__(self, home: Path) -> None:
        self._binary = tool("HELM")
        names = ("HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME")
        self._environment = {"PATH": os.environ["PATH"], "HOME": str(home)}
        self._environment |= {name: str(home / name) for name in names}

    def __call__(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self._binary, *map(str, arguments)],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def template(self, *arguments: str | Path, kubernetes: str = KUBERNETES[1]) -> str:
        """Return the rendered text."""
        said = self("template", "gate", CHART, "--kube-version", kubernetes, *arguments)
        assert said.returncode == 0, said.stderr
        return said.stdout


@pytest.fixture(scope="session")
def helm(tmp_path_factory: pytest.TempPathFactory) -> Helm:
    return Helm(tmp_path_factory.mktemp("helm"))


class Rendered:
    """What one values file becomes."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self.all: list[dict[str, Any]] = [one for one in yaml.safe_load_all(text) if one]

    def of(self, kind: str) -> dict[str, dict[str, Any]]:
        """Return the objects of a kind by their names, without the release's."""
        found = [one for one in self.all if one["kind"] == kind]
        return {one["metadata"]["name"].removeprefix("gate-gatepost-"): one for one in found}

    def workload(self, part: str) -> dict[str, Any] | None:
        """Return what makes the pods of a part."""
        for kind in ("Deployment", "DaemonSet", "StatefulSet"):
            if part in self.of(kind):
                return self.of(kind)[part]
        return None

    def pods(self) -> dict[str, dict[str, Any]]:
        """Return the spec of each pod that is made."""
        specs = {name: pod["spec"] for name, pod in self.of("Pod").items()}
        for part in ("control-plane", "node"):
            workload = self.workload(part)
            if workload is not None:
                specs[part] = workload["spec"]["template"]["spec"]
        return specs


@pytest.fixture(params=VALUES, ids=lambda path: path.stem)
def rendered(request: pytest.FixtureRequest, helm: Helm) -> Rendered:
    return Rendered(request.param.stem, helm.template("--values", request.param))
