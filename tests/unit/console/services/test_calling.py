import shlex
from typing import Any

import pytest

from gatepost.console.services.calling import best, command, matches, needs_filling, place


def test_a_route_is_called_with_what_it_wants() -> None:
    route = {
        "methods": ["DELETE", "GET"],
        "hosts": ["api.example.com"],
        "paths": ["/orders"],
        "headers": {"x-version": ["2", "3"]},
    }
    assert command(route, "http://127.0.0.1:8000/") == (
        "curl -i -X DELETE -H 'Host: api.example.com' -H 'x-version: 2' http://127.0.0.1:8000/orders"
    )
    assert command({"paths": None, "methods": ["HEAD"]}, "https://g") == "curl --head https://g/"
    assert matches(route) == "DELETE, GET · api.example.com · /orders · x-version: 2 or 3"
    assert matches({"snis": ["a.example"]}) == "SNI a.example"


@pytest.mark.parametrize("evil", ["/$(rm -rf ~)", "/'; ls #", "/`id`", "/a b\nls"])
def test_nothing_in_a_route_runs_in_a_shell(evil: str) -> None:
    route = {"paths": [evil], "hosts": [evil], "headers": {"x": [evil]}}
    words = shlex.split(command(route, "http://g"))
    assert words == ["curl", "-i", "-H", f"Host: {evil}", "-H", f"x: {evil}", f"http://g{evil}"]


@pytest.mark.parametrize(
    ("route", "wanted"),
    [
        ({"paths": ["/a"]}, False),
        ({"paths": ["~/a/\\d+$"]}, True),
        ({"hosts": ["*.example.com"]}, True),
        ({"headers": {"x": ["~*a"]}}, True),
        ({}, False),
    ],
)
def test_patterns_have_to_be_filled_in(route: dict[str, Any], wanted: bool) -> None:
    assert needs_filling(route) is wanted


def test_a_gateway_that_speaks_the_route_s_protocol_is_taken() -> None:
    gateways = [{"url": "http://g:1"}, {"url": "https://g:2"}]
    assert best(gateways, {"protocols": ["https"]}) == "https://g:2"
    assert best(gateways, {"protocols": ["http", "https"]}) == "http://g:1"
    assert best([], {"protocols": ["http"]}) is None
    assert best(gateways, {"protocols": ["grpc"]}) is None


def test_a_place_is_one_url() -> None:
    service = {"protocol": "https", "host": "a", "port": 443, "path": "/x"}
    assert place(service) == "https://a/x"
    assert place({**service, "port": 8443, "path": None}) == "https://a:8443"
    assert place({"protocol": "grpc", "host": "a", "port": 80}) == "grpc://a:80"
