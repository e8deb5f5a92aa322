"""What the files of deploy/ may tell each command, and where they tell it."""

import re
from pathlib import Path

from gatepost.cli.console_settings import SETTINGS as CONSOLE_SETTINGS
from gatepost.cli.control_plane_settings import SETTINGS as CONTROL_PLANE_SETTINGS
from gatepost.cli.node_settings import MEMBER_SETTINGS, SETTINGS

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "deploy"

RUN = frozenset(setting.name for setting in SETTINGS)
CONTROL_PLANE = frozenset(setting.name for setting in CONTROL_PLANE_SETTINGS)
NODE = frozenset(setting.name for setting in MEMBER_SETTINGS)
CONSOLE = frozenset(setting.name for setting in CONSOLE_SETTINGS)
KNOWN = {"run": RUN, "node": NODE, "control-plane": CONTROL_PLANE, "console": CONSOLE}

_NAME = re.compile(r"\bGATEPOST_([A-Z_]+)\b")


def variables(text: str) -> set[str]:
    """Return the settings whose variables a text names; the settings file itself is none."""
    return {name.lower() for name in _NAME.findall(text)} - {"settings"}
