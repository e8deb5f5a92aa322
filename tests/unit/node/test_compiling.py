import dataclasses
import json
import socket
import stat
from pathlib import Path

import pytest

from gatepost.node.binaries import Nginx
from gatepost.node.compiling import Compiler
from gatepost.node.prefix import Prefix
from gatepost.node.reading import Configuration, read_file
from gatepost.node.settings import NodeSettings
from gatepost.values import Address, Fault

NGINX = Nginx(Path("/usr/sbin/nginx"), "nginx/1.22.1", True, (), (), ())
FREE = Address("127.0.0.1", 0)
TEXT = """
_format_version: "3.0"
services:
  - name: api
    url: https://api.example
    routes:
      - {name: open, paths: [/open]}
      - name: guarded
        paths: [/guarded]
        plugins:
          - name: openid-connect
            config:
              issuer: https://id.example
              client_id: [a]
              client_secret: [hush-hush]
              auth_methods: [bearer]
"""


@pytest.fixture
def settings(tmp_path: Path) -> NodeSettings:
    return NodeSettings(
        tmp_path / "kong.yaml", tmp_path / "node", proxy=FREE, proxy_ssl=FREE, status=FREE
    )


@pytest.fixture
def compiler(settings: NodeSettings) -> Compiler:
    return made(settings)


def made(settings: NodeSettings, user: str | None = None) -> Compiler:
    prefix = Prefix(settings.prefix)
    prefix.pid.parent.mkdir(parents=True, exist_ok=True)
    return Compiler(settings, NGINX, prefix, user)


def configuration(settings: NodeSettings, text: str = TEXT) -> Configuration:
    settings.file.write_text(text)
    return read_file(settings.file, secret=b"s" * 32, node_secret=b"n" * 32, vault={})


def test_free_ports_are_chosen_once_and_told(compiler: Compiler) -> None:
    compiler.prepare()
    addresses = compiler.addresses()
    assert set(addresses) == {"proxy", "proxy-ssl"}
    assert not any(url.endswith(":0") for url in addresses.values())
    compiler.prepare()
    assert compiler.addresses() == addresses


def test_a_listener_that_is_off_is_not_told(settings: NodeSettings) -> None:
    compiler = made(dataclasses.replace(settings, proxy_ssl=None))
    compiler.prepare()
    assert set(compiler.addresses()) == {"proxy"}


def test_a_port_in_use_is_told_with_its_option(settings: NodeSettings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = Address("127.0.0.1", taken.getsockname()[1])
        with pytest.raises(Fault) as caught:
            made(dataclasses.replace(settings, proxy=address)).prepare()
    assert caught.value.code == "listen.taken"
    assert f"proxy cannot listen on {address}: it is in use." in caught.value.message
    assert "--proxy." in caught.value.message


def test_the_key_of_the_listeners_is_the_owners_alone_and_is_kept(
    compiler: Compiler, settings: NodeSettings
) -> None:
    compiler.prepare()
    key = settings.prefix / "nginx" / "tls" / "listener.key"
    first = key.read_bytes()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    compiler.prepare()
    assert key.read_bytes() == first


def test_the_same_configuration_gives_the_same_bytes(
    compiler: Compiler, settings: NodeSettings
) -> None:
    compiler.prepare()
    read = configuration(settings)
    first, again = compiler.compile(read), compiler.compile(read)
    assert (first.conf, first.tables) == (again.conf, again.tables)
    assert first.tables.hosts == again.tables.hosts == ("api.example",)
    assert "hush-hush" not in first.conf


def test_slots_are_given_when_nginx_runs_with_them(
    compiler: Compiler, settings: NodeSettings
) -> None:
    compiler.prepare()
    first = compiler.compile(configuration(settings))
    other = configuration(settings, TEXT.replace("api.example", "other.example"))
    refused = compiler.compile(other)
    assert set(refused.slots.taken.values()) == {0}
    compiler.accept(first)
    assert max(compiler.compile(other).slots.taken.values()) == 1


def test_the_cookies_of_a_plan_reach_the_tables_and_the_configuration(
    compiler: Compiler, settings: NodeSettings
) -> None:
    compiler.prepare()
    found = configuration(settings)
    plans = {
        name: dataclasses.replace(plan, cookies=("session", "flow_*"), session_cookie="session")
        for name, plan in found.plans.items()
    }
    compiled = compiler.compile(dataclasses.replace(found, plans=plans))
    entries = {
        key[:2]: json.loads(body)
        for key, body in compiled.tables.entries.items()
        if key[:2] == "p:" or b'"cookies"' in body
    }
    assert entries["p:"]["session"] == "session"
    assert entries["r:"]["cookies"] == ["session", "flow_*"]
    assert compiled.slots.guarded
