"""The import contracts of pyproject.toml hold, and each of them can fail."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import ROOT, SRC

# contract: (the file that gets one more import, the import that breaks it)
BREACHES = {
    "floors": ("values/tag.py", "import gatepost.oidc"),
    "plugins": ("plugins/breach_a.py", "import gatepost.plugins.breach_b"),
    "jose": ("values/tag.py", "import joserfc"),
    "redis": ("values/tag.py", "import redis"),
    "pure": ("values/tag.py", "import socket"),
}


def lint(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run import-linter on the gatepost package that is found first from ``folder``."""
    command = "from importlinter.cli import lint_imports_command as run; run()"
    return subprocess.run(
        [sys.executable, "-c", command, "--no-logo", "--no-cache", *options],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_import_contracts_hold() -> None:
    outcome = lint(ROOT)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


@pytest.mark.parametrize("contract", BREACHES)
def test_a_breach_of_an_import_contract_is_found(contract: str, tmp_path: Path) -> None:
    shutil.copytree(SRC, tmp_path / "gatepost", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    plugins = tmp_path / "gatepost/plugins"
    plugins.mkdir(exist_ok=True)
    for new in ("__init__.py", "breach_a.py", "breach_b.py"):
        (plugins / new).touch()
    name, breach = BREACHES[contract]
    file = tmp_path / "gatepost" / name
    file.write_text(file.read_text() + f"\n{breach}\n")
    outcome = lint(tmp_path, "--contract", contract)
    assert outcome.returncode == 1, outcome.stdout + outcome.stderr
    assert "1 broken" in outcome.stdout


def test_every_contract_has_a_breach_that_proves_it() -> None:
    settings = (ROOT / "pyproject.toml").read_text()
    contracts = settings.count("[[tool.importlinter.contracts]]")
    assert contracts == len(BREACHES)
