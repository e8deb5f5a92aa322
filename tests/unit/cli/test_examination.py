import dataclasses
import os
import threading
import time
from collections.abc import Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from gatepost.cli.examination import Finding, examine
from gatepost.node.settings import NodeSettings
from gatepost.plugin import Registry
from gatepost.values import Address
from tests.providers.redis_server import redis_server
from tests.providers.sharing import plugin as sharing

FREE = Address("127.0.0.1", 0)
GUARDED = """
_format_version: "3.0"
services:
  - name: api
    url: http://no-such-name.invalid
    routes: [{name: r, paths: [/x]}]
    plugins:
      - name: openid-connect
        config: {issuer: "$ISSUER", client_id: [a], client_secret: [b], auth_methods: [bearer]}
"""

SHARING = """
_format_version: "3.0"
plugins:
  - name: sharing
    config: {redis_port: $PORT}
services:
  - {name: api, url: "http://127.0.0.1:1", routes: [{name: r, paths: [/x]}]}
"""


class Provider(BaseHTTPRequestHandler):
    """Its clock is an hour behind."""

    def do_GET(self) -> None:
        self.send_response_only(200)
        self.send_header("Date", formatdate(time.time() - 3600, usegmt=True))
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def issuer() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Provider) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def settings(tmp_path: Path) -> NodeSettings:
    return NodeSettings(
        Path("kong.yaml"), tmp_path / "node", proxy=FREE, proxy_ssl=None, status=FREE
    )


def named(findings: list[Finding], what: str) -> list[tuple[str, str]]:
    return [(one.kind, one.text) for one in findings if one.what == what]


def test_it_says_that_revocation_reaches_this_node_only(settings: NodeSettings) -> None:
    assert "this node only" in named(examine(settings, None), "revocation")[0][1]


def test_an_address_that_others_reach_is_noted(settings: NodeSettings) -> None:
    open_ = dataclasses.replace(settings, proxy=Address("0.0.0.0", 0))
    kinds = [kind for kind, _ in named(examine(open_, None), "proxy")]
    assert kinds == ["good", "note"]


def test_a_prefix_below_a_file_is_bad(settings: NodeSettings, tmp_path: Path) -> None:
    (tmp_path / "file").touch(mode=0o600)
    bad = dataclasses.replace(settings, prefix=tmp_path / "file" / "node")
    assert named(examine(bad, None), "prefix")[0][0] == "bad"


def test_a_user_that_is_not_there_is_bad_where_it_matters(settings: NodeSettings) -> None:
    (kind, _), *_ = named(examine(dataclasses.replace(settings, user="no-such-user"), None), "user")
    assert kind == ("bad" if os.geteuid() == 0 else "good")


def test_providers_are_reached_and_clocks_compared(
    settings: NodeSettings, tmp_path: Path, issuer: str
) -> None:
    file = tmp_path / "kong.yaml"
    file.write_text(GUARDED.replace("$ISSUER", issuer))
    findings = examine(settings, file)
    assert named(findings, "configuration")[0] == ("good", "1 services, 1 routes")
    ((kind, text),) = named(findings, "provider")
    assert kind == "good"
    assert text.startswith(f"{issuer}: 200 in ")
    assert any(" s ahead of" in text for _, text in named(findings, "clock"))
    assert named(findings, "name") == [("note", "no-such-name.invalid: no address")]


def test_rooms_are_reached_and_what_would_harm_them_is_noted(
    settings: NodeSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gatepost.node.reading.installed", lambda: Registry([sharing]))
    file = tmp_path / "kong.yaml"
    with redis_server("maxmemory-policy allkeys-lru") as server:
        file.write_text(SHARING.replace("$PORT", str(server.port)))
        findings = examine(settings, file)
        name = f"127.0.0.1:{server.port} sessions"
        first, second = named(findings, "room")
        assert first[0] == "good"
        assert first[1].startswith(f"{name}: Redis ")
        assert first[1].endswith("0 revocations are known there")
        assert second[0] == "note"
        assert "allkeys-lru" in second[1]
        reach = f"it reaches every node that shares a room: {name}"
        assert named(findings, "revocation") == [("good", reach)]
    ((kind, text),) = named(examine(settings, file), "room")
    assert kind == "note"
    assert "cannot be reached" in text


def test_a_provider_that_is_away_and_a_file_with_mistakes_are_told(
    settings: NodeSettings, tmp_path: Path
) -> None:
    file = tmp_path / "kong.yaml"
    file.write_text(GUARDED.replace("$ISSUER", "http://127.0.0.1:1"))
    assert named(examine(settings, file), "provider")[0][0] == "note"
    file.write_text("services: 7\n")
    assert named(examine(settings, file), "configuration")[0][0] == "bad"
