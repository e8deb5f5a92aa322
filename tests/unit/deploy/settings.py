"""What the files of deploy/ may tell each command, and where they tell it.

COMING holds what the commands of the control plane are told, as their design says. Those commands
are being built; once they are merged, replace each entry by the command's own SETTINGS (as RUN is),
and docs/cli.md will be compared with it too: `test_what_is_coming_is_not_there_yet` fails then.
"""

import re
from pathlib import Path

from gatepost.cli.control_plane_settings import SETTINGS as CONTROL_PLANE_SETTINGS
from gatepost.cli.node_settings import MEMBER_SETTINGS, SETTINGS

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "deploy"

RUN = frozenset(setting.name for setting in SETTINGS)
CONTROL_PLANE = frozenset(setting.name for setting in CONTROL_PLANE_SETTINGS)
NODE = frozenset(setting.name for setting in MEMBER_SETTINGS)
COMING: dict[str, frozenset[str]] = {
    "nodes token": frozenset({"admin", "admin_token"}),
}
KNOWN = {"run": RUN, "node": NODE, "control-plane": CONTROL_PLANE, **COMING}

_NAME = re.compile(r"\bGATEPOST_([A-Z_]+)\b")


def variables(text: str) -> set[str]:
    """Return the settings whose variables a text names; the settings file itself is none."""
    return {name.lower() for name in _NAME.findall(text)} - {"settings"}
