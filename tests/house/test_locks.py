"""The lock files hold what pyproject.toml and package.json ask for, by version and hash."""

import json
import re
import tomllib

import pytest

from tests.house.source import ROOT

PIN = re.compile(r"^([a-z0-9-]+)==([^\s;]+)", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    return dict(PIN.findall((ROOT / "requirements" / name).read_text()))


def unhashed(text: str) -> list[str]:
    """Return the packages of a requirements file that name no hash."""
    blocks = re.split(r"\n(?=[a-z0-9])", text)
    return [b.split("==")[0] for b in blocks if PIN.match(b) and "--hash=sha256:" not in b]


def asked(specifications: list[str]) -> set[str]:
    return {re.split(r"[<>=!~\[; ]", text)[0].lower() for text in specifications}


def test_whatever_is_asked_for_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    runtime, groups = project["project"]["dependencies"], project["dependency-groups"]
    hint = "run scripts/lock"
    assert not asked(runtime) - set(pins("runtime.txt")), hint
    assert not asked(runtime + groups["dev"]) - set(pins("dev.txt")), hint
    assert not asked(groups["build"]) - set(pins("build.txt")), hint
    assert not asked(groups["node"]) - set(pins("node.txt")), hint


def test_what_is_tested_is_what_is_shipped() -> None:
    shipped = pins("runtime.txt")
    assert shipped
    assert shipped == {name: pins("dev.txt")[name] for name in shipped}
    builders = pins("build.txt")
    assert builders == {name: pins("dev.txt")[name] for name in builders}


@pytest.mark.parametrize("name", ["runtime.txt", "dev.txt", "build.txt", "node.txt"])
def test_every_pin_has_its_hashes(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text()
    assert not unhashed(text)


def test_a_pin_without_a_hash_is_found() -> None:
    assert unhashed("a==1 \\\n    --hash=sha256:00\nb==2\n    # via a\n") == ["b"]


def test_npm_packages_are_locked_by_hash_and_not_by_address() -> None:
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for name, version in wanted.items():
        assert locked[f"node_modules/{name}"]["version"] == version
    for path, package in locked.items():
        assert "resolved" not in package, path
        assert path == "" or package["integrity"].startswith("sha512-"), path
