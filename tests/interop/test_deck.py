"""A real decK, where there is one on the PATH, against a control plane."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from tests.integration.control_plane import ControlPlane, control_plane
from tests.kong.content import Content
from tests.kong.large import everything, large, old_spellings

pytestmark = pytest.mark.interop

DECK = shutil.which("deck")
CHANGED = 2


@pytest.fixture(scope="module")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    if DECK is None:
        pytest.skip("there is no deck on the PATH")
    with control_plane(tmp_path_factory.mktemp("plane")) as running:
        yield running


def deck(plane: ControlPlane, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command of decK; it is told not to report about itself."""
    assert DECK is not None
    said = [
        part for name, value in plane.headers.items() for part in ("--headers", f"{name}:{value}")
    ]
    return subprocess.run(
        [DECK, "gateway", *words, "--kong-addr", plane.address, *said],
        env={**os.environ, "DECK_ANALYTICS": "off"},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def test_deck_finds_the_control_plane(plane: ControlPlane) -> None:
    done = deck(plane, "ping")
    assert done.returncode == 0, done.stderr
    assert "Successfully connected" in done.stdout


@pytest.mark.parametrize("made", [everything, old_spellings, large])
def test_deck_syncs_a_file_and_finds_no_difference(
    plane: ControlPlane, made: Callable[[], Content], tmp_path: Path
) -> None:
    file = tmp_path / "kong.yaml"
    file.write_text(yaml.safe_dump(made()))
    synced = deck(plane, "sync", str(file))
    assert synced.returncode == 0, synced.stderr
    compared = deck(plane, "diff", str(file), "--non-zero-exit-code")
    assert compared.returncode == 0, compared.stdout + compared.stderr


def test_deck_finds_no_difference_from_its_own_dump(plane: ControlPlane, tmp_path: Path) -> None:
    file, dumped = tmp_path / "kong.yaml", tmp_path / "dumped.yaml"
    file.write_text(yaml.safe_dump(everything()))
    assert deck(plane, "sync", str(file)).returncode == 0
    assert deck(plane, "dump", "-o", str(dumped)).returncode == 0
    compared = deck(plane, "diff", str(dumped), "--non-zero-exit-code")
    assert compared.returncode == 0, compared.stdout + compared.stderr
    file.write_text('_format_version: "3.0"\nservices: [{name: one, host: one.test}]\n')
    changed = deck(plane, "diff", str(file), "--non-zero-exit-code")
    assert changed.returncode == CHANGED, changed.stdout + changed.stderr
