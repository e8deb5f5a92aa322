"""What the demo does at its control plane before the node starts, as anybody could with curl."""

from pathlib import Path

from gatepost.cli.admin_client import AdminClient
from gatepost.values import Secret

TAG = "demo"
"""On all that is the demo's own: what people made beside it stays, where the directory does."""


def furnish(admin: AdminClient, file: Path) -> int:
    """Make the demo's entities what the file says; return how many were changed.

    Raises Fault ``control_plane.refused`` with the mistakes of a file that has some.
    """
    answer = admin.call(
        "POST", "/declarative/apply", file.read_bytes(), query=[("select_tag", TAG)]
    )
    summary: dict[str, int] = admin.good(answer)["summary"]
    return sum(summary.values())


def admission(admin: AdminClient) -> Secret:
    """Return a new token that admits one node, once. Raises Fault ``control_plane.refused``."""
    return Secret(str(admin.good(admin.call("POST", "/clustering/tokens"))["token"]))
