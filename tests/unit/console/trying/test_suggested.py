import pytest

from gatepost.console.trying import Trial
from gatepost.console.trying.suggested import fits, issuers, methods, scopes


def plugin(**config: object) -> dict[str, object]:
    return {"name": "openid-connect", "enabled": True, "config": config}


@pytest.mark.parametrize(
    ("route", "expected"),
    [
        ({}, ("GET", "/", "")),
        ({"paths": ["/a", "/b"], "methods": ["POST", "GET"]}, ("GET", "/a", "")),
        ({"paths": ["~/users/(?<id>[0-9]+)$"], "methods": ["POST"]}, ("POST", "/users/", "")),
        ({"paths": ["~/a.b"], "hosts": ["*.test", "x"]}, ("GET", "/a", "www.test")),
        ({"paths": ["~^(.*)"]}, ("GET", "/", "")),
    ],
)
def test_a_request_is_made_that_fits_the_route(
    route: dict[str, object], expected: tuple[str, str, str]
) -> None:
    trial = Trial()
    fits(route, trial)
    assert (trial.method, trial.path, trial.host) == expected


def test_headers_that_the_route_wants_are_sent() -> None:
    trial = Trial()
    fits({"headers": {"X-Version": ["2", "3"], "X-None": []}}, trial)
    assert trial.headers == (("X-Version", "2"),)


def test_policies_tell_issuers_scopes_and_ways_in() -> None:
    one = plugin(issuer="a", scopes_required=["read", "write"], auth_methods=["bearer"])
    two = plugin(issuer="b", scopes_required=["read admin"], auth_methods=["bearer", "session"])
    off = {**plugin(issuer="c", auth_methods=["basic"]), "enabled": False}
    strange = {"name": "x", "config": None}
    every = [one, two, off, strange, plugin(issuer="a", auth_methods=None)]
    assert issuers(every) == ["a", "b"]
    assert scopes(every) == "read admin"
    assert methods(every) == ["bearer", "session"]
