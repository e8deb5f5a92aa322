"""How a node is started with its token: at a shell, by systemd, as a container, in Kubernetes."""

import shlex
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """Something to copy. where: it goes; hides: a secret stands in it."""

    where: str
    content: str
    hides: bool = True


@dataclass(frozen=True, slots=True)
class Way:
    """One way to start a node."""

    title: str
    words: str
    pieces: tuple[Piece, ...]


IMAGE = "gatepost:dev"


def ways(address: str, token: str, command: str, admin: str) -> tuple[Way, ...]:
    """Return them. address: where nodes find the control plane. admin: URL of the Admin API."""
    return (
        Way(
            "Command",
            "Run this on the machine that shall serve traffic. The next start needs no token.",
            (Piece("At a shell", command),),
        ),
        _systemd(address, token),
        _container(address, token),
        _kubernetes(address, admin),
    )


def _systemd(address: str, token: str) -> Way:
    environment = (
        f"GATEPOST_CONTROL_PLANE={address}\nGATEPOST_PROXY=0.0.0.0:80\n"
        "GATEPOST_PROXY_SSL=0.0.0.0:443\n"
    )
    return Way(
        "systemd",
        "With the unit deploy/systemd/gatepost-node.service. Both files belong to root; the "
        "line with the token may go once the node is here.",
        (
            Piece("/etc/gatepost/node.env", environment, hides=False),
            Piece("/etc/gatepost/node.toml, mode 0600", f'token = "{token}"\n'),
            Piece("Then", "systemctl enable --now gatepost-node", hides=False),
        ),
    )


def _container(address: str, token: str) -> Way:
    words = (
        "docker run --detach --name gatepost-node --restart unless-stopped",
        "--read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges:true",
        "--volume gatepost-node:/var/lib/gatepost --publish 8000:8000 --publish 8443:8443",
        f"--env GATEPOST_CONTROL_PLANE={shlex.quote(address)}",
        f"--env GATEPOST_TOKEN={shlex.quote(token)}",
        "--env GATEPOST_PROXY=0.0.0.0:8000 --env GATEPOST_PROXY_SSL=0.0.0.0:8443",
        f"--env GATEPOST_PREFIX=/var/lib/gatepost/node {IMAGE} node",
    )
    return Way(
        "Docker",
        "The image is built with deploy/Dockerfile. The volume keeps who the node is: a node of "
        "its own needs a volume of its own.",
        (Piece("At a shell", " \\\n  ".join(words)),),
    )


def _kubernetes(address: str, admin: str) -> Way:
    values = (
        "controlPlane:\n  enabled: false\nnode:\n"
        f"  controlPlane: {_quoted(address)}\n"
        f"  adminUrl: {_quoted(admin)}\n"
        "  secret:\n    existing: gatepost-node\n"
    )
    return Way(
        "Kubernetes",
        "The chart deploy/helm/gatepost does not use this token: each pod fetches one of its own, "
        "with a token of the Admin API of the role operator in the Secret gatepost-node, file "
        "admin-token. Write an Admin API address that the pods reach.",
        (
            Piece("values.yaml", values, hides=False),
            Piece(
                "Then",
                "helm install gate deploy/helm/gatepost --values values.yaml",
                hides=False,
            ),
        ),
    )


def _quoted(words: str) -> str:
    """Return a text as YAML holds it whatever is in it."""
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'
