from pathlib import Path

import pytest

from gatepost.node.binaries import find, look
from gatepost.values import Fault

NEEDED = ("http_ssl_module", "http_v2_module", "http_realip_module", "http_stub_status_module")
DEBIAN = " ".join(f"--with-{name}" for name in NEEDED)


def fake(directory: Path, version: str, arguments: str) -> Path:
    binary = directory / "nginx"
    binary.write_text(
        f"#!/bin/sh\necho 'nginx version: {version}' >&2\n"
        f"echo 'configure arguments: {arguments}' >&2\n"
    )
    binary.chmod(0o755)
    return binary


def test_the_nginx_of_this_machine_is_found_with_its_modules() -> None:
    nginx = find()
    assert nginx.binary.exists()
    assert all(path.exists() for path in (*nginx.modules, *nginx.lua_paths, *nginx.lua_cpaths))


def test_openresty_brings_everything_itself(tmp_path: Path) -> None:
    nginx = look(fake(tmp_path, "openresty/1.27.1.1", DEBIAN))
    assert nginx.openresty
    assert nginx.modules == ()


def test_one_without_lua_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gatepost.node.binaries._MODULES", ("no_such_module.so",))
    with pytest.raises(Fault) as caught:
        look(fake(tmp_path, "nginx/1.22.1", DEBIAN))
    assert "no_such_module.so is missing" in caught.value.message
    assert "apt-get install" in caught.value.message


def test_one_without_tls_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Fault) as caught:
        look(fake(tmp_path, "nginx/1.22.1", "--with-http_v2_module"))
    assert "http_ssl_module" in caught.value.message


def test_what_is_no_program_is_refused_with_words(tmp_path: Path) -> None:
    with pytest.raises(Fault) as caught:
        find(tmp_path / "nothing")
    assert caught.value.code == "nginx.missing"
    with pytest.raises(Fault, match="true is no nginx"):
        find(Path("/bin/true"))


def test_a_machine_without_any_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gatepost.node.binaries._PLACES", ())
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(Fault, match=r"There is no nginx\. Install it: apt-get install nginx"):
        find()
