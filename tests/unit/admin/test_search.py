from typing import Any

import pytest

from gatepost.admin.search import ABOUT, LONGEST, SEARCHED, cut, search
from gatepost.model import CATALOG, Snapshot
from tests.unit.store.whole import everything, snapshot_of, uid

WHOLE = everything()


def found(text: str, *kinds: str, snapshot: Snapshot = WHOLE) -> list[tuple[str, str]]:
    answer = search(snapshot, text, kinds or tuple(SEARCHED), 100)
    assert answer.total == len(answer.results)
    return [(one["kind"], one["name"]) for one in answer.results]


def test_what_is_searched_is_there_and_no_secret() -> None:
    for kind, fields in SEARCHED.items():
        about = CATALOG[kind]
        assert set(fields) <= set(about.entity.model_fields)
        assert not set(fields) & {path.partition(".")[0] for path in about.secret}
    assert ABOUT.keys() <= SEARCHED.keys()
    assert not {"keyauth_credentials", "basicauth_credentials"} & SEARCHED.keys()


@pytest.mark.parametrize("secret", ["open-sesame", "correct horse", "hush", "PRIVATE KEY", "c2Vj"])
def test_a_secret_is_not_found(secret: str) -> None:
    assert found(secret) == []


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("ORDERS", ("services", "orders")),
        ("backend.INTERNAL", ("upstreams", "Backend.internal")),
        ("rpc.example", ("routes", "rpc")),
        (r"/o/\d", ("routes", "list")),
        ("42", ("consumers", "42")),
        ("ann", ("consumers", "ann")),
        ("gold", ("consumer_groups", "gold")),
        ("10.0.0.1", ("targets", "10.0.0.1:8080")),
        ("a.example", ("snis", "a.example.com")),
        ("signing", ("keys", "signing")),
        ("mine", ("vaults", "mine")),
        ("order api", ("service_packages", "Order API")),
        ("kinds", ("service_packages", "Order API")),
        ("<SCRIPT>", ("service_packages", "<script>alert(1)</script>")),
        ("2.0", ("service_versions", "2.0")),
        (uid(21)[:13], ("routes", uid(21))),
    ],
)
def test_everything_is_found_by_what_it_is_called(text: str, first: tuple[str, str]) -> None:
    assert found(text)[0] == first


def test_a_tag_finds_all_that_has_it() -> None:
    assert set(found("TEAM")) == {
        ("services", "orders"),
        ("routes", "list"),
        ("consumers", "ann"),
        ("service_packages", "Order API"),
    }
    assert found("team", "routes", "consumers") == [("routes", "list"), ("consumers", "ann")]


def test_what_is_called_so_comes_before_what_has_it_somewhere() -> None:
    made = snapshot_of(
        services=[
            {"id": uid(1), "name": "z-orders", "host": "h"},
            {"id": uid(2), "name": "orders-z", "host": "h"},
            {"id": uid(3), "name": "a", "host": "orders"},
            {"id": uid(4), "name": "Orders", "host": "h"},
        ]
    )
    names = [name for _, name in found("orders", snapshot=made)]
    assert names == ["Orders", "orders-z", "z-orders", "a"]
    few = search(made, "orders", ("services",), 2)
    assert (few.total, [one["name"] for one in few.results]) == (4, ["Orders", "orders-z"])


def test_a_short_text_is_not_taken_for_an_id() -> None:
    assert found("000") == []
    assert found("0000") != []


def test_a_result_says_where_it_belongs() -> None:
    def one(text: str, kind: str) -> Any:
        return search(WHOLE, text, (kind,), 1).results[0]

    route = one("list", "routes")
    assert route["about"] == r"/orders, ~/o/\d+"
    assert route["parents"] == [{"kind": "services", "id": uid(18), "name": "orders"}]
    assert one("orders", "services")["about"] == "https://backend.internal:80"
    assert one("orders", "services")["parents"] == []
    plugin = one("key-auth", "plugins")
    assert (plugin["about"], plugin["parents"][0]["name"]) == ("disabled", "list")
    assert one("cors", "plugins")["about"] == "everywhere"
    version = one("1.0", "service_versions")
    assert [each["kind"] for each in version["parents"]] == ["service_packages", "services"]
    assert one("10.0.0.1", "targets")["about"] == "weight 5"


def test_what_is_shown_has_a_length() -> None:
    made = snapshot_of(
        consumers=[{"id": uid(1), "username": "x" * 10_000, "custom_id": "y" * 10_000}],
        routes=[{"id": uid(2), "paths": ["/" + "z" * 8_000] * 50}],
    )
    for text in ("xx", "zz"):
        (shown,) = search(made, text, tuple(SEARCHED), 5).results
        assert len(shown["name"]) <= 251
        assert len(shown["about"]) <= LONGEST + 1
    assert cut("abc", 2) == "ab…"
