import platform

import pytest

from gatepost import __version__
from gatepost.cli.version import version


def test_both_versions_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    version()
    shown = capsys.readouterr().out
    assert shown == f"gatepost {__version__} (Python {platform.python_version()})\n"
