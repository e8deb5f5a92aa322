"""Hostile claims under good signatures: rows J17 to J27 and J35 of the attack catalogue.

J18 (exact boundaries) and J34 (clocks) are unit tests as well, for they need a clock that jumps.
"""

import json
import time
from collections.abc import Iterator

import pytest

from tests.integration.attacker import Json, mint, presented
from tests.integration.hostile_gate import Gate, gated

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def gate() -> Iterator[Gate]:
    with gated() as running:
        yield running


@pytest.fixture(autouse=True)
def fresh(gate: Gate) -> None:
    gate.upstream.seen.clear()


@pytest.mark.parametrize(
    "exp",
    ["1999999999", "1e309", "-1e309", "NaN", "Infinity", "-1", "true", "null", "1" + "0" * 18,
     "[1999999999]", '"1999999999"', "{}", "1" * 400, "9" * 5000, "253402300800",
     "0x7fffffff", "01"],
    ids=lambda exp: exp[:12],
)  # fmt: skip
def test_j17_an_expiry_that_is_no_honest_number_is_401(gate: Gate, exp: str) -> None:
    claims = gate.good()
    del claims["exp"]
    for name in ("exp", "nbf", "iat"):
        if exp == "1999999999" and name == "exp":
            continue  # honest
        written = {key: value for key, value in claims.items() if key != name}
        text = json.dumps(written)[:-1] + f', "{name}": {exp}}}'
        gate.refuses(mint(gate.world, payload=text), "jwt", "twice")


def test_j17_a_fraction_of_a_second_is_a_number(gate: Gate) -> None:
    assert (
        gate.world.get("/jwt/x", mint(gate.world, claims={"exp": time.time() + 60.5})).status == 200
    )


def test_j17_j19_without_an_end_a_token_passes_only_where_nobody_is_strict(gate: Gate) -> None:
    token = mint(gate.world, remove=["exp"])
    assert gate.world.get("/jwt/x", token).status == 200  # as in Kong
    assert gate.world.get("/jwt/x", mint(gate.world, claims={"exp": 253402300799})).status == 200
    gate.upstream.seen.clear()
    gate.refuses(token, "strict")


def test_j18_what_is_over_or_not_yet_begun_is_401(gate: Gate) -> None:
    now = int(time.time())
    for claims in ({"exp": now - 1}, {"exp": 0}, {"nbf": now + 60}, {"iat": now + 3600}):
        gate.refuses(mint(gate.world, claims=claims), "jwt", "twice")


def test_j18_a_remembered_token_ends_with_its_time(gate: Gate) -> None:
    token = mint(gate.world, claims={"exp": int(time.time()) + 3})
    assert {gate.world.get("/jwt/x", token).status for _ in range(6)} == {200}
    time.sleep(3.1)
    gate.upstream.seen.clear()
    gate.refuses(token, "jwt", "both")


@pytest.mark.parametrize(
    ("aud", "status"),
    [
        ("", 401), ([], 401), ([1], 401), ({"a": 1}, 401), ([["api://default"]], 401), (None, 401),
        (["api://default", 5], 401), (["api://default", ""], 401), (True, 401),
        ("api://defaul", 403), ("api://default/", 403), ("API://default", 403),
        ("api://default2", 403), ("api://dеfault", 403), (["api://other"], 403),
        ("api://default\n", 403), ("x,api://default", 403), ("api://default", 200),
        (["a", "api://default"], 200),
    ],
    ids=lambda value: ascii(value)[:20],
)  # fmt: skip
def test_j20_j26_an_audience_counts_as_it_is_written(gate: Gate, aud: object, status: int) -> None:
    token = mint(gate.world, claims={"aud": aud})
    assert set(presented(gate.world, token, "/aud/x")) == {status}
    assert bool(gate.upstream.seen) is (status == 200)


def test_j20_without_an_audience_it_is_403_where_one_is_required(gate: Gate) -> None:
    token = mint(gate.world, remove=["aud"])
    assert gate.world.get("/aud/x", token).status == 403
    assert gate.world.get("/jwt/x", token).status == 200  # as in Kong
    assert gate.world.get("/strict/x", token).status == 401


def test_j21_an_issuer_that_only_looks_alike_is_401(gate: Gate) -> None:
    right = gate.world.issuer
    others = [
        right + "/", right.upper(), right.replace("http:", "https:"), right + " ", " " + right,
        right.replace("127.0.0.1", "good@127.0.0.1"), right.replace("127.0.0.1", "127.1"),
        right.replace("default", "dеfault"), right + "#", right + "?", right + "\0", "", None, 5,
        [right], {"iss": right}, right.replace("127.0.0.1", "localhost"), right[:-1],
    ]  # fmt: skip
    for issuer in others:
        token = mint(gate.world, claims={"iss": issuer})
        gate.refuses(token, "jwt", "both", "strict")
    gate.refuses(mint(gate.world, remove=["iss"]), "jwt")


@pytest.mark.parametrize(
    "sub", ["", 5, {"a": 1}, ["root"], True, "x" * 1025, "a\nX-Admin: 1", "a\r\nb", "a\0b", "\x7f"],
    ids=lambda sub: ascii(sub)[:12],
)  # fmt: skip
def test_j22_a_subject_that_is_no_plain_text_is_401(gate: Gate, sub: object) -> None:
    gate.refuses(mint(gate.world, claims={"sub": sub}), "jwt", "twice")


def test_j22_a_subject_beyond_ascii_reaches_the_upstream_encoded_only(gate: Gate) -> None:
    for sub in ("J\u00f6rg", "\u0440\u043e\u043e\u0442", "UTF-8''root", " root"):
        assert gate.world.get("/jwt/x", mint(gate.world, claims={"sub": sub})).status == 200
    assert {seen.all("X-User")[0] for seen in gate.upstream.seen} == {
        "UTF-8''J%C3%B6rg", "UTF-8''%D1%80%D0%BE%D0%BE%D1%82", "UTF-8''UTF-8%27%27root",
        "UTF-8''%20root",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("scope", "status"),
    [
        ("read write", 200), ("write read extra", 200), ("admin", 200), (["read", "write"], 200),
        ("read  write", 200), ("read read", 403), ("readwrite", 403), ("read,write", 403),
        ("read\twrite", 403), ("Read Write", 403), ("admin:x", 403), ("administrator", 403),
        (["read write"], 403), ([["admin"]], 403), ({"admin": True}, 403), (["admin", 5], 403),
        ("", 403), (None, 403), (True, 403), ("read\u00a0write", 403), ("admin\0", 403),
    ],
    ids=lambda value: ascii(value)[:20],
)  # fmt: skip
def test_j23_scopes_are_compared_word_by_word(gate: Gate, scope: object, status: int) -> None:
    token = mint(gate.world, claims={"scope": scope}, remove=["scp"])
    assert set(presented(gate.world, token, "/scoped/x")) == {status}
    assert bool(gate.upstream.seen) is (status == 200)


@pytest.mark.parametrize(
    ("groups", "status"),
    [
        (["admin"], 200), ("admin", 200), ("users admin", 200), (["a", "admin"], 200),
        ("admin,users", 403), ({"admin": 1}, 403), (["Admin"], 403), (["admin "], 403),
        (["ADMIN"], 403), (["admi\u0301n"], 403), ([["admin"]], 403), (["admin", None], 403),
        (["admin", "a,b"], 403), (["admin", "a\nb"], 403), (["admin", ""], 403), ([], 403),
        (["admin", *(f"g{n}" for n in range(1300))], 403), (None, 403), (1, 403),
    ],
    ids=lambda value: ascii(value)[:20],
)  # fmt: skip
def test_j24_groups_are_typed_exact_and_never_cut_off(
    gate: Gate, groups: object, status: int
) -> None:
    token = mint(gate.world, claims={"groups": groups})
    assert gate.world.get("/grouped/x", token).status == status
    assert bool(gate.upstream.seen) is (status == 200)


def test_j24_a_token_with_50_000_groups_is_too_large(gate: Gate) -> None:
    token = mint(gate.world, claims={"groups": [f"g{n}" for n in range(50_000)]})
    gate.refuses(token, "grouped", allowed=(401, 413, 414, 431))


@pytest.mark.parametrize(
    "order",
    [
        {"header": {"typ": "logout+jwt"}}, {"header": {"typ": "application/LOGOUT+JWT"}},
        {"claims": {"token_use": "refresh"}}, {"claims": {"typ": "Refresh"}},
        {"claims": {"typ": "Offline"}}, {"claims": {"token_type": "refresh_token"}},
        {"claims": {"events": {"http://schemas.openid.net/event/backchannel-logout": {}}}},
    ],
    ids=lambda order: json.dumps(order)[:40],
)  # fmt: skip
def test_j25_what_was_issued_for_something_else_is_401(gate: Gate, order: Json) -> None:
    gate.refuses(mint(gate.world, **order), "jwt", "both", "strict")


@pytest.mark.parametrize(
    "order",
    [
        {"header": {"typ": "JWT"}}, {"header": {"typ": None}}, {"claims": {"token_use": "id"}},
        {"claims": {"typ": "ID"}}, {"claims": {"cnf": {"jkt": "x"}}}, {"remove": ["sub"]},
        {"claims": {"cnf": {"x5t#S256": "x"}}},
    ],
    ids=lambda order: json.dumps(order)[:40],
)  # fmt: skip
def test_j25_j35_id_tokens_and_bound_tokens_are_401_where_the_route_is_strict(
    gate: Gate, order: Json
) -> None:
    gate.refuses(mint(gate.world, **order), "strict")


def test_j27_an_application_is_no_member_of_a_group(gate: Gate) -> None:
    token = gate.world.token("tutorial-jwt", scope="read admin")
    gate.refuses(token, "grouped", allowed=(403,))
