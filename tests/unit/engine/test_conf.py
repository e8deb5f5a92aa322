import dataclasses
import re
import subprocess
from pathlib import Path

import pytest

from gatepost.engine import Listener, Slots, compile_engine, directories, render
from gatepost.store.kong_yaml import read
from tests.integration.engine_world import modules, nginx_binary
from tests.ports import free_port
from tests.unit.engine.test_compile import CASES, plans_for
from tests.unit.engine.test_settings import GOOD

FULL = dataclasses.replace(
    GOOD,
    lua=(Path("/lua"),),
    modules=(Path("/modules/a.so"),),
    listeners=(
        Listener("127.0.0.1:8000"),
        Listener("127.0.0.1:9080", http2=True),
        Listener("[::1]:8443", tls=True, http2=True),
    ),
    certificate=Path("/prefix/default.crt"),
    key=Path("/prefix/default.key"),
    user="nobody nogroup",
    trusted=("10.0.0.0/8", "::1/128"),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_the_configuration_is_the_golden_one(case: Path, update_golden: bool) -> None:
    snapshot = read(case.read_text())
    text = render(FULL, compile_engine(snapshot, plans_for(snapshot), Slots()).slots)
    golden = case.with_suffix(".conf")
    if update_golden:
        golden.write_text(text)
    assert text == golden.read_text()


def test_rendering_again_is_the_same_text_and_routes_are_not_in_it() -> None:
    assert render(GOOD, Slots()) == render(GOOD, Slots())
    snapshot = read(CASES[0].read_text())
    plans = {
        route: plan if plan is None or not plan.cookies else None
        for route, plan in plans_for(snapshot).items()
    }
    assert render(GOOD, compile_engine(snapshot, plans, Slots()).slots) == render(GOOD, Slots())


def test_answers_are_looked_at_in_the_plain_location_only_where_cookies_are_guarded() -> None:
    def plain(text: str) -> list[str]:
        return re.findall(r"location (?:/|@bounded) \{\n.*?\n    \}\n", text, re.DOTALL)

    guarded = plain(render(FULL, Slots().including([], guarded=True)))
    assert len(guarded) == 4
    assert all("gatepost_respond()" in one for one in guarded)
    assert not any("gatepost_respond()" in one for one in plain(render(FULL, Slots())))


def test_servers_log_no_request_line() -> None:
    text = render(FULL, Slots())
    servers = text.split("\n  server {")[1:]
    assert len(servers) == 3
    for server in servers[:-1]:
        assert re.findall(r"error_log \S+ (\w+);", server) == ["emerg"]
    assert "emerg" not in render(dataclasses.replace(FULL, verbose=True), Slots())
    assert "access_log off;" in text
    assert text.count("access_log") == 1


def test_without_trusted_proxies_nothing_that_a_client_forwards_is_looked_at() -> None:
    text = render(GOOD, Slots())
    assert "$http_x_forwarded" not in text
    assert "real_ip" not in text


def test_identity_headers_are_scrubbed_for_both_protocols() -> None:
    text = render(GOOD, Slots())
    for name in (
        "X-Consumer-ID",
        "X-Consumer-Custom-ID",
        "X-Consumer-Username",
        "X-Credential-Identifier",
        "X-Anonymous-Consumer",
        "X-Consumer-Groups",
        "X-Authenticated-Groups",
    ):
        assert re.search(rf"proxy_set_header {name} \$h_\d;", text), name
        assert re.search(rf"grpc_set_header {name} \$h_\d;", text), name
    for variable in set(re.findall(r"\$(h_\d)", text)):
        assert f"set ${variable} '';" in text


@pytest.mark.parametrize("trusted", [(), ("10.0.0.0/8",)])
def test_nginx_takes_it_without_a_warning(tmp_path: Path, trusted: tuple[str, ...]) -> None:
    settings = dataclasses.replace(
        GOOD,
        directory=tmp_path,
        push_socket=tmp_path / "push.sock",
        secret_file=tmp_path / "secret",
        modules=modules(),
        trusted=trusted,
        connections=512,
    )
    for name in directories():
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "secret").write_bytes(b"s" * 32)
    conf = tmp_path / "nginx.conf"
    text = render(settings, Slots()).replace("127.0.0.1:8000", f"127.0.0.1:{free_port()}")
    conf.write_text(text)
    command = [nginx_binary(), "-t", "-e", "stderr", "-p", str(tmp_path), "-c", str(conf)]
    result = subprocess.run(command, check=False, capture_output=True, text=True, timeout=30)
    assert result.returncode == 0, result.stderr
    log = settings.log.read_text() if settings.log.exists() else ""
    assert "[warn]" not in result.stderr + log
