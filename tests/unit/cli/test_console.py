import subprocess
import sys
from pathlib import Path

import pytest

from tests.ports import free_port


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gatepost", "console", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.slow
def test_a_bad_address_and_a_key_that_others_can_read_are_told_and_nothing_starts(
    tmp_path: Path,
) -> None:
    told = run("--admin", "ftp://x", "--prefix", str(tmp_path))
    assert told.returncode == 2
    assert "--admin" in told.stderr
    (tmp_path / "console.key").write_bytes(bytes(32))
    (tmp_path / "console.key").chmod(0o644)
    told = run("--listen", f"127.0.0.1:{free_port()}", "--prefix", str(tmp_path))
    assert told.returncode in {1, 2}
    assert "chmod 600" in told.stderr
    assert "Traceback" not in told.stderr
