from typing import Any

import pytest

from gatepost.model import Service
from tests.unit.model.saying import ID, mistakes


def test_the_defaults_are_kongs() -> None:
    assert Service(id=ID, host="a").model_dump() == {
        "id": ID, "tags": (), "created_at": 0, "updated_at": 0, "name": None,
        "protocol": "http", "host": "a", "port": 80, "path": None, "retries": 5,
        "connect_timeout": 60000, "write_timeout": 60000, "read_timeout": 60000,
        "enabled": True, "tls_verify": None, "tls_verify_depth": None, "ca_certificates": (),
        "client_certificate": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("http://a", ("http", "a", 80, None)),
        ("https://a/b", ("https", "a", 443, "/b")),
        ("https://A.example:8443/b/", ("https", "A.example", 8443, "/b/")),
        ("grpcs://a", ("grpcs", "a", 443, None)),
        ("http://[::1]:81/", ("http", "[::1]", 81, "/")),
        ("http://[::1]", ("http", "[::1]", 80, None)),
    ],
)
def test_url_is_a_shorthand(url: str, parts: tuple[Any, ...]) -> None:
    service = Service.model_validate({"id": ID, "url": url})
    assert (service.protocol, service.host, service.port, service.path) == parts


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("a/b", "missing scheme"),
        ("http:///b", "missing host"),
        ("http://a:x", "could not parse"),
        ("http://u:p@a", "must not have"),
        ("http://a/?q", "must not have"),
        ("http://a/#f", "must not have"),
        (5, "expected a string"),
    ],
)
def test_a_wrong_url_is_told_once(url: Any, words: str) -> None:
    said = mistakes(Service, url=url)
    assert said.keys() == {"url"}
    assert words in said["url"]


def test_url_stands_alone() -> None:
    assert "host" in mistakes(Service, url="http://a", host="b")["url"]


def test_the_host_is_required() -> None:
    assert mistakes(Service) == {"host": "required field missing"}


@pytest.mark.parametrize("protocol", ["tcp", "tls", "udp", "tls_passthrough", "ws", "wss"])
def test_stream_protocols_are_not_supported_yet(protocol: str) -> None:
    assert "not supported yet" in mistakes(Service, host="a", protocol=protocol)["protocol"]


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("port", 65536), ("port", "80"), ("retries", -1), ("retries", 32768),
        ("connect_timeout", 0), ("read_timeout", 2**31), ("write_timeout", 1.5), ("path", "x"),
        ("path", "/a//b"), ("name", "a b"), ("enabled", "yes"), ("protocol", "ftp"),
        ("host", "a:80"), ("host", "a b"),
    ],
)  # fmt: skip
def test_each_field_has_its_bounds(field: str, wrong: Any) -> None:
    assert mistakes(Service, **{"host": "a", field: wrong}).keys() == {field}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("tls_verify", True),
        ("tls_verify_depth", 2),
        ("ca_certificates", [ID]),
        ("client_certificate", ID),
    ],
)
def test_tls_settings_need_https(field: str, value: Any) -> None:
    assert mistakes(Service, host="a", protocol="https", **{field: value}) == {}
    assert mistakes(Service, host="a", protocol="http", **{field: value}).keys() == {field}


def test_tls_verify_depth_is_at_most_64() -> None:
    said = mistakes(Service, host="a", protocol="https", tls_verify_depth=65)
    assert said == {"tls_verify_depth": "value should be between 0 and 64"}


def test_a_grpc_service_has_no_path() -> None:
    assert mistakes(Service, host="a", protocol="grpc", path="/x").keys() == {"path"}
