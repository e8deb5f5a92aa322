"""The tools that saved collections are for, run as a person would run them (npm packages)."""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]

_PARSE = """
const { convert } = require("insomnia-importers");
let text = "";
process.stdin.on("data", (piece) => (text += piece));
process.stdin.on("end", () => convert(text).then((found) => {
  process.stdout.write(JSON.stringify({ type: found.type.id, resources: found.data.resources }));
}));
"""


def parsed(written: str) -> tuple[str, list[dict[str, Any]]]:
    """Return what Insomnia's own importer takes a file for, and what it finds in it."""
    done = _node(["-e", _PARSE], written)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    return found["type"], found["resources"]


def run(written: str, **variables: str) -> tuple[int, dict[str, Any]]:
    """Run a collection of Postman with newman; return its exit status and its report."""
    with tempfile.TemporaryDirectory(prefix="gp-newman-") as directory:
        collection, report = Path(directory, "collection.json"), Path(directory, "report.json")
        collection.write_text(written, encoding="utf-8")
        arguments = [str(ROOT / "node_modules/newman/bin/newman.js"), "run", str(collection)]
        arguments += ["--reporters", "json", "--reporter-json-export", str(report)]
        for name, value in variables.items():
            arguments += ["--env-var", f"{name}={value}"]
        done = _node(arguments)
        assert report.exists(), done.stdout + done.stderr
        told: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
        return done.returncode, told["run"]


def _node(arguments: list[str], given: str = "") -> subprocess.CompletedProcess[str]:
    path = f"{ROOT / '.venv/bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    node = shutil.which("node", path=path)
    assert node is not None, "scripts/setup --test brings Node.js"
    return subprocess.run(
        [node, *arguments],
        input=given,
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=120,
        check=False,
    )
