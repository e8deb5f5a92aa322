from typing import Any

import pytest

from gatepost.model import Route
from tests.unit.model.saying import ID, mistakes


def test_the_defaults_are_kongs() -> None:
    route = Route(id=ID, paths=("/",))
    assert route.protocols == ("http", "https")
    assert (route.strip_path, route.preserve_host, route.path_handling) == (True, False, "v0")
    assert (route.request_buffering, route.response_buffering) == (True, True)
    assert (route.regex_priority, route.https_redirect_status_code) == (0, 426)
    assert (route.methods, route.hosts, route.headers, route.snis) == ((), (), {}, ())
    assert route.service is None


@pytest.mark.parametrize(
    ("protocols", "enough"),
    [
        (["http"], ["methods", "hosts", "headers", "paths"]),
        (["https"], ["methods", "hosts", "headers", "paths", "snis"]),
        (["grpc"], ["hosts", "headers", "paths"]),
        (["grpcs"], ["hosts", "headers", "paths", "snis"]),
    ],
)
def test_a_route_matches_by_something(protocols: list[str], enough: list[str]) -> None:
    values: dict[str, Any] = {
        "methods": ["GET"], "hosts": ["a"], "headers": {"x": ["y"]}, "paths": ["/"], "snis": ["a"],
    }  # fmt: skip
    assert "must set one of" in mistakes(Route, protocols=protocols)[""]
    for name in enough:
        assert mistakes(Route, protocols=protocols, **{name: values[name]}) == {}


def test_empty_lists_match_nothing() -> None:
    assert "must set one of" in mistakes(Route, paths=[], hosts=[], methods=None, headers={})[""]


def test_snis_need_tls() -> None:
    assert mistakes(Route, protocols=["http"], paths=["/"], snis=["a"]).keys() == {"snis"}


def test_the_host_header_belongs_in_hosts() -> None:
    assert "'hosts' attribute" in mistakes(Route, headers={"Host": ["a"]})["headers.Host"]


@pytest.mark.parametrize(
    ("headers", "place"),
    [
        ({"a b": ["x"]}, "headers.a b"),
        ({"x": []}, "headers.x"),
        ({"x": [""]}, "headers.x"),
        ({"x": ["a\nb"]}, "headers.x"),
        ({"x": ["~*("]}, "headers.x"),
        ({"x": [1]}, "headers.x.0"),
        ({"x": "y"}, "headers.x"),
        ({"x": ["a"], "X": ["b"]}, "headers"),
    ],
)
def test_headers_are_checked(headers: Any, place: str) -> None:
    assert mistakes(Route, headers=headers).keys() == {place}


def test_a_single_header_value_may_be_a_regex() -> None:
    assert mistakes(Route, headers={"x": [r"~*^v\d$"]}) == {}
    assert mistakes(Route, headers={"x": ["~*(", "b"]}) == {}  # of several, each is a text


def test_a_grpc_route_keeps_its_path_and_has_no_methods() -> None:
    assert Route(id=ID, protocols=("grpc",), paths=("/",)).strip_path is False
    said = mistakes(Route, protocols=["grpc"], paths=["/"], strip_path=True, methods=["POST"])
    assert said.keys() == {"strip_path", "methods"}


def test_protocols_of_two_kinds_do_not_mix() -> None:
    assert (
        "cannot be mixed" in mistakes(Route, protocols=["http", "grpc"], paths=["/"])["protocols"]
    )
    assert mistakes(Route, protocols=[], paths=["/"]).keys() == {"protocols"}


@pytest.mark.parametrize("protocol", ["tcp", "udp", "tls", "tls_passthrough", "ws"])
def test_stream_protocols_are_not_supported_yet(protocol: str) -> None:
    said = mistakes(Route, protocols=[protocol], paths=["/"])
    assert "not supported yet" in said["protocols.0"]


@pytest.mark.parametrize("field", ["sources", "destinations", "expression", "priority"])
def test_fields_of_other_routers_are_not_supported_yet(field: str) -> None:
    assert (
        "not supported yet" in mistakes(Route, paths=["/"], **{field: [{"ip": "1.1.1.1"}]})[field]
    )


@pytest.mark.parametrize(
    ("field", "wrong", "place"),
    [
        ("methods", ["get"], "methods.0"),
        ("methods", "GET", "methods"),
        ("hosts", ["a.*.b"], "hosts.0"),
        ("paths", ["x"], "paths.0"),
        ("paths", ["/a", "~/("], "paths.1"),
        ("snis", ["1.1.1.1"], "snis.0"),
        ("https_redirect_status_code", 200, "https_redirect_status_code"),
        ("path_handling", "v2", "path_handling"),
        ("regex_priority", 1.5, "regex_priority"),
        ("strip_path", "yes", "strip_path"),
        ("service", "name", "service"),
    ],
)
def test_each_field_has_its_bounds(field: str, wrong: Any, place: str) -> None:
    said = mistakes(Route, **{"paths": ["/"], "methods": ["GET"], field: wrong})
    assert said.keys() == {place}


def test_hosts_and_snis_are_kept_in_lower_case_once() -> None:
    route = Route(id=ID, hosts=("A.com", "a.com"), snis=("B.com",))
    assert (route.hosts, route.snis) == (("a.com",), ("b.com",))
