"""``gatepost version``."""

import platform

from gatepost import __version__

EXAMPLES = ("gatepost version",)


def version() -> None:
    """Show the version of Gatepost and of the Python that runs it."""
    print(f"gatepost {__version__} (Python {platform.python_version()})")
