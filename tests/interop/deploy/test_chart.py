"""The chart in the hands of the real helm, and its manifests before Kubernetes' own types."""

import shutil
import subprocess
import textwrap
from pathlib import Path

import pytest
import yaml

from tests.interop.deploy.conftest import CHART, KUBERNETES, VALUES, Helm, Rendered, tool

pytestmark = pytest.mark.interop
SECRETS = ["--set", "controlPlane.secret.existing=a,node.secret.existing=b"]


@pytest.mark.parametrize("values", VALUES, ids=lambda path: path.stem)
@pytest.mark.parametrize("kubernetes", KUBERNETES)
def test_helm_finds_nothing_to_complain_about(helm: Helm, values: Path, kubernetes: str) -> None:
    said = helm("lint", "--strict", CHART, "--kube-version", kubernetes, "--values", values)
    assert said.returncode == 0, said.stdout + said.stderr
    assert "[WARNING]" not in said.stdout
    assert helm.template("--values", values, kubernetes=kubernetes)


def test_kubernetes_knows_every_kind_and_field(rendered: Rendered) -> None:
    said = strictly(rendered.text)
    assert said.returncode == 0, said.stderr
    assert int(said.stdout) >= len(rendered.all) > 3


def test_a_field_that_kubernetes_does_not_know_is_found(helm: Helm) -> None:
    text = helm.template(*SECRETS).replace("readinessProbe:", "readynessProbe:")
    assert "readynessProbe" in strictly(text).stderr


def strictly(text: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([tool("STRICT")], input=text, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ("", "existing Secret"),
        ("controlPlane.secret.existing=a", "node.secret"),
        ("controlPlane.secret.databaseKey=short,node.secret.existing=b", "databaseKey"),
        ("controlPlane.replicas=2,controlPlane.database=sqlite", "one replica"),
        ("controlPlane.enabled=false", "controlPlane and adminUrl"),
        ("node.kind=ReplicaSet", "kind"),
        ("node.replica=3", "replica"),
        ("node.settings.GATEPOST_TOKEN=gpn_x", "GATEPOST_TOKEN"),
        ("node.settings.GATEPOST_STATUS=off", "GATEPOST_STATUS"),
        ("controlPlane.settings.GATEPOST_DATABASE=x", "GATEPOST_DATABASE"),
    ],
)
def test_values_that_cannot_be_meant_are_refused(helm: Helm, values: str, why: str) -> None:
    alone = values == "" or "secret" in values
    said = helm(
        "template",
        "gate",
        CHART,
        "--kube-version",
        KUBERNETES[1],
        *([] if alone else SECRETS),
        *(["--set", values] if values else []),
    )
    assert said.returncode != 0
    assert why in said.stderr


def test_a_password_that_is_no_toml_by_itself_is_written_as_such(helm: Helm) -> None:
    values = CHART.parents[2] / "tests/interop/deploy/values/sqlite.yaml"
    secret = Rendered("", helm.template("--values", values)).of("Secret")["control-plane"]
    assert (
        r'admin_token = "token-\"CANARY\"\\-quoted"' in secret["stringData"]["control-plane.toml"]
    )


def test_the_notes_name_what_to_do_next(helm: Helm, tmp_path: Path) -> None:
    # helm shows notes only where there is a cluster; as a manifest it renders them anywhere
    chart = shutil.copytree(CHART, tmp_path / "gatepost")
    notes = chart / "templates/NOTES.txt"
    text = textwrap.indent(notes.read_text(), "    ")
    notes.with_name("notes.yaml").write_text(f"kind: Notes\nsaid: |\n{text}")
    said = helm("template", "gate", chart, "--kube-version", KUBERNETES[1], *SECRETS)
    (found,) = [one for one in yaml.safe_load_all(said.stdout) if one and one["kind"] == "Notes"]
    assert "port-forward service/gate-gatepost-admin 8001" in found["said"]
    assert "X-Forwarded-*" in found["said"]
    assert "Secret\na:" in found["said"]
