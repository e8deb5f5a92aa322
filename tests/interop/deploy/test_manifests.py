"""What the rendered manifests promise: rights, probes, secrets, who reaches whom."""

import re
import tomllib
from typing import Any

import pytest

from tests.interop.deploy.conftest import Rendered
from tests.unit.deploy.settings import KNOWN, variables

pytestmark = pytest.mark.interop
KINDS = {
    "postgresql": {"control-plane": "Deployment", "node": "Deployment"},
    "sqlite": {"control-plane": "StatefulSet", "node": "StatefulSet"},
    "daemonset": {"control-plane": "Deployment", "node": "DaemonSet"},
    "nodes-alone": {"node": "Deployment"},
    "control-plane-alone": {"control-plane": "Deployment"},
}


def containers(spec: dict[str, Any]) -> list[dict[str, Any]]:
    return [*spec.get("initContainers", []), *spec["containers"]]


def test_each_part_is_of_its_kind(rendered: Rendered) -> None:
    made = {part: rendered.workload(part) for part in ("control-plane", "node")}
    kinds = {part: one["kind"] for part, one in made.items() if one is not None}
    assert kinds == KINDS[rendered.name]
    for workload in filter(None, made.values()):
        selector = workload["spec"]["selector"]["matchLabels"]
        labels = workload["spec"]["template"]["metadata"]["labels"]
        assert selector.items() <= labels.items()


def test_no_pod_has_rights_that_it_does_not_need(rendered: Rendered) -> None:
    assert rendered.pods()
    for spec in rendered.pods().values():
        assert spec["automountServiceAccountToken"] is False
        assert spec["enableServiceLinks"] is False  # they would be GATEPOST_… variables
        pod = spec["securityContext"]
        assert pod["runAsNonRoot"] is True
        assert pod["runAsUser"] == pod["runAsGroup"] == pod["fsGroup"] == 10001
        assert pod["seccompProfile"] == {"type": "RuntimeDefault"}
        for container in containers(spec):
            rights = container["securityContext"]
            assert rights["allowPrivilegeEscalation"] is False
            assert rights["readOnlyRootFilesystem"] is True
            assert rights["capabilities"] == {"drop": ["ALL"]}
            assert container["resources"]["requests"]
            assert container["resources"]["limits"]["memory"]


def test_probes_ask_what_needs_no_secret(rendered: Rendered) -> None:
    asked = {"control-plane": ("/v1/authority", 8005), "node": ("/status/ready", 8007)}
    for part, (path, number) in asked.items():
        workload = rendered.workload(part)
        if workload is None:
            continue
        (container,) = workload["spec"]["template"]["spec"]["containers"]
        ports = {port["name"]: port["containerPort"] for port in container["ports"]}
        ready = container["readinessProbe"]["httpGet"]
        assert (ready["path"], ports[ready["port"]]) == (path, number)
        for probe in ("livenessProbe", "startupProbe"):
            (target,) = [v for k, v in container[probe].items() if k in ("httpGet", "tcpSocket")]
            assert target["port"] in ports
            assert target.get("path") != "/status/ready", "not being ready is no death"


def test_commands_are_told_settings_that_they_know_and_no_secret(rendered: Rendered) -> None:
    for part, spec in rendered.pods().items():
        for container in containers(spec):
            names = [variable["name"] for variable in container.get("env", [])]
            assert len(set(names)) == len(names)
            if names:
                assert container["args"] == [part]
                assert variables(" ".join(names)) <= KNOWN[part]
            assert not [name for name in names if re.search("TOKEN|KEY$|DATABASE|PASSWORD", name)]


def test_what_is_secret_stands_in_secrets_alone(rendered: Rendered) -> None:
    made = rendered.of("Secret")
    assert bool(made) == (rendered.name in ("sqlite", "daemonset"))
    assert "CANARY" not in str([one for one in rendered.all if one["kind"] != "Secret"])
    commands = {"control-plane.toml": "control-plane", "node.toml": "node"}
    for secret in made.values():
        files = dict(secret["stringData"])
        token = files.pop("admin-token", "none")
        assert not any(letter.isspace() for letter in token)
        for file, text in files.items():
            assert set(tomllib.loads(text)) <= KNOWN[commands[file]]


def test_a_node_never_sees_the_operators_token(rendered: Rendered) -> None:
    workload = rendered.workload("node")
    if workload is None:
        return
    spec = workload["spec"]["template"]["spec"]
    (volume,) = [one["name"] for one in spec["volumes"] if "secret" in one]
    seeing = [
        c["name"] for c in containers(spec) if volume in {m["name"] for m in c["volumeMounts"]}
    ]
    assert seeing == ["join"]
    (settings,) = [one for one in spec["volumes"] if one["name"] == "settings"]
    assert settings["emptyDir"]["medium"] == "Memory"


def test_every_mount_has_its_volume(rendered: Rendered) -> None:
    for part in ("control-plane", "node"):
        workload = rendered.workload(part)
        if workload is None:
            continue
        spec = workload["spec"]["template"]["spec"]
        kept = [one["metadata"]["name"] for one in workload["spec"].get("volumeClaimTemplates", [])]
        volumes = [*kept, *(one["name"] for one in spec["volumes"])]
        assert len(set(volumes)) == len(volumes)
        mounted = {mount["name"] for c in containers(spec) for mount in c["volumeMounts"]}
        assert mounted == set(volumes)
        assert bool(kept) == (workload["kind"] == "StatefulSet")


def test_a_node_has_the_time_to_drain(rendered: Rendered) -> None:
    workload = rendered.workload("node")
    if workload is None:
        return
    spec = workload["spec"]["template"]["spec"]
    (node,) = spec["containers"]
    env = {one["name"]: one["value"] for one in node["env"]}
    drain = int(env["GATEPOST_DRAIN"].removesuffix("s"))
    pause = int(node["lifecycle"]["preStop"]["exec"]["command"][1])
    assert spec["terminationGracePeriodSeconds"] == drain + pause + 15


def test_services_lead_to_pods_and_ports_that_are_there(rendered: Rendered) -> None:
    pods = [
        (one["spec"]["template"]["metadata"]["labels"], one["spec"]["template"]["spec"])
        for one in map(rendered.workload, ("control-plane", "node"))
        if one is not None
    ]
    for service in rendered.of("Service").values():
        chosen = service["spec"]["selector"].items()
        ((_, spec),) = [pod for pod in pods if chosen <= pod[0].items()]
        (container,) = spec["containers"]
        known = {port["name"] for port in container["ports"]}
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= known


def test_one_goes_at_a_time_where_there_are_more(rendered: Rendered) -> None:
    for part in ("control-plane", "node"):
        workload = rendered.workload(part)
        several = workload is not None and workload["spec"].get("replicas", 2) > 1
        assert (part in rendered.of("PodDisruptionBudget")) == several


def test_only_who_is_named_reaches_the_control_plane(rendered: Rendered) -> None:
    policies = rendered.of("NetworkPolicy")
    if rendered.name == "nodes-alone":
        assert not policies
        return
    rules = policies["control-plane"]["spec"]["ingress"]
    assert [rule["ports"][0]["port"] for rule in rules] == ["admin", "cluster"]
    assert all(rule["from"] for rule in rules)
    if "node" in policies:
        traffic, status = policies["node"]["spec"]["ingress"]
        assert "from" not in traffic
        assert status["from"]


def test_helm_test_asks_each_part(rendered: Rendered) -> None:
    pod = rendered.of("Pod")["test"]
    assert pod["metadata"]["annotations"]["helm.sh/hook"] == "test"
    asked = [container["args"][0] for container in pod["spec"]["containers"]]
    assert len(asked) == len(KINDS[rendered.name])
    names = rendered.of("Service")
    for url in asked:
        host = url.split("/")[2].split(":")[0]
        assert host.removeprefix("gate-gatepost-") in names
