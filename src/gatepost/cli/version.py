"""``gatepost version``."""

import platform

from gatepost import __version__


def version() -> None:
    """Show the version of Gatepost and of the Python that runs it."""
    print(f"gatepost {__version__} (Python {platform.python_version()})")
