import json
from typing import Any

import pytest

from gatepost.explaining import Described, Supposed
from gatepost.oidc import KeySet, generate, parse, sign, verify
from gatepost.plugin import HttpRequest, Revocation
from gatepost.values import Call, Fault, Headers, Reply, Secret, Tag

pytestmark = pytest.mark.anyio

KEY = generate("RS256", "one")
CLAIMS = {"iss": "https://id.example", "sub": "ann", "scope": "read"}
TOKEN = sign(CLAIMS, KEY)
JSON = Headers([("Content-Type", "application/json")])


def request(*headers: tuple[str, str], url: str = "http://h/", body: bytes = b"") -> HttpRequest:
    return Described.of(url, None, headers, body).request()


def bearer(token: str = TOKEN) -> HttpRequest:
    return request(("Authorization", f"Bearer {token}"), ("X-Copy", token))


def token_in(made: HttpRequest) -> str:
    return (made.headers.get("authorization") or "").removeprefix("Bearer ")


class Provider:
    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.calls: list[Call] = []

    async def __call__(self, call: Call) -> Reply:
        self.calls.append(call)
        found = self.answers[call.purpose]
        return found if isinstance(found, Reply) else Reply(200, JSON, json.dumps(found).encode())


def call(purpose: str, token: str = "") -> Call:
    headers = Headers([("authorization", f"Bearer {token}")])
    return Call(
        "POST", f"https://id.example/?t={token}", headers, f"token={token}".encode(), purpose
    )


def test_a_token_is_signed_anew_wherever_it_stands() -> None:
    supposed = Supposed({"scope": "admin", "sub": None})
    made = supposed.request(bearer())
    new = token_in(made)
    assert new == supposed.secret == made.headers.get("x-copy")
    assert parse(new).payload == {"iss": "https://id.example", "scope": "admin"}
    assert parse(new).kid == "one"
    assert new not in repr(supposed)
    assert TOKEN not in repr(supposed)
    assert supposed.used == {"token"}


@pytest.mark.parametrize(
    "made",
    [
        request(("X-Access-Token", TOKEN)),
        request(("X-Own", f"Bearer {TOKEN}")),
        request(("Cookie", f"a=b; token={TOKEN}")),
        request(url=f"http://h/?access_token={TOKEN}"),
        request(body=f"access_token={TOKEN}".encode()),
    ],
)
def test_it_is_found_where_a_token_may_ride(made: HttpRequest) -> None:
    changed = Supposed({"sub": "bob"}).request(made)
    whole = repr([*changed.headers]) + repr(changed.args) + repr(changed.body)
    assert TOKEN not in whole
    assert whole.count("eyJ") == 2  # header and payload of one token


def test_a_request_without_a_jwt_stays_as_it_is() -> None:
    made = bearer("opaque")
    supposed = Supposed({"sub": "bob"})
    assert supposed.request(made) is made
    assert supposed.used == set()


def test_a_shared_secret_cannot_be_supposed() -> None:
    shared = sign(CLAIMS, Secret("s" * 32), alg="HS256")
    with pytest.raises(Fault, match=r"explain\.what_if"):
        Supposed({"sub": "bob"}).request(bearer(shared))


async def test_the_key_joins_those_of_the_provider_for_this_once() -> None:
    supposed = Supposed({"sub": "bob"})
    new = token_in(supposed.request(bearer()))
    other = generate("RS256", "two")
    provider = Provider(jwks={"keys": [dict(KEY.jwk), dict(other.jwk)]})
    reply = await supposed.fetch(provider)(call("jwks"))
    keys = KeySet.read(reply.body, "https://id.example")
    assert verify(parse(new), keys).kid == "one"
    assert [key.kid for key in keys.keys] == ["one", "two"]
    with pytest.raises(Fault, match=r"token\.signature"):
        verify(parse(TOKEN), keys)


async def test_the_provider_is_asked_about_the_token_that_it_knows() -> None:
    supposed = Supposed({"sub": "bob", "exp": 1, "extra": [1]})
    new = token_in(supposed.request(bearer()))
    provider = Provider(introspection={"active": True, "sub": "ann"}, userinfo={"sub": "ann"})
    fetch = supposed.fetch(provider)
    said = json.loads((await fetch(call("introspection", new))).body)
    assert said == {"active": True, "sub": "bob", "exp": 1, "extra": [1]}
    told = json.loads((await fetch(call("userinfo", new))).body)
    assert told == {"sub": "bob", "extra": [1]}
    assert supposed.used == {"token", "introspection", "userinfo"}
    for one in provider.calls:
        assert one == call(one.purpose, TOKEN)


async def test_a_token_that_is_granted_for_the_request_is_supposed_to_differ_too() -> None:
    identity = sign({"iss": "https://id.example", "sub": "ann", "at_hash": "x"}, KEY)
    given = {"access_token": TOKEN, "id_token": identity, "scope": "read", "token_type": "Bearer"}
    supposed = Supposed({"scope": "admin", "sub": "bob"})
    provider = Provider(token=given, jwks={"keys": [dict(KEY.jwk)]})
    fetch = supposed.fetch(provider)
    said = json.loads((await fetch(call("token"))).body)
    assert parse(said["access_token"]).payload["scope"] == said["scope"] == "admin"
    assert parse(said["id_token"]).payload == {"iss": "https://id.example", "sub": "bob"}
    keys = KeySet.read((await fetch(call("jwks"))).body, "https://id.example")
    assert verify(parse(said["id_token"]), keys)
    opaque = Supposed({"sub": "bob"})
    opaque_given = Provider(token={"access_token": "opaque"})
    reply = await opaque.fetch(opaque_given)(call("token"))
    assert json.loads(reply.body) == {"access_token": "opaque"}
    shared = Supposed({"sub": "bob"})
    secret = sign(CLAIMS, Secret("s" * 32), alg="HS256")
    reply = await shared.fetch(Provider(token={"access_token": secret}))(call("token"))
    assert json.loads(reply.body) == {"access_token": secret}
    assert shared.problems


async def test_what_cannot_be_changed_stays_as_it_is() -> None:
    supposed = Supposed({"sub": "bob"})
    signed = Reply(200, Headers([("Content-Type", "application/jwt")]), b"eyJ.eyJ.x")
    assert await supposed.fetch(Provider(introspection=signed))(call("introspection")) is signed
    assert supposed.problems
    refused = Reply(401, JSON, b"{}")
    assert await supposed.fetch(Provider(introspection=refused))(call("introspection")) is refused
    supposed.request(bearer())
    for broken in (b"<html>", b"[]", b'{"keys": 7}'):
        reply = Reply(200, JSON, broken)
        assert await supposed.fetch(Provider(jwks=reply))(call("jwks")) is reply


def test_what_was_revoked_of_the_token_is_revoked_of_the_supposed_one() -> None:
    supposed = Supposed({"sub": "bob"})
    new = token_in(supposed.request(bearer()))
    given = [Revocation(1, Tag.token(TOKEN), 5.0), Revocation(2, Tag.token("else"), 5.0)]
    found = list(supposed.revocations(given))
    assert [one.tag for one in found] == [Tag.token(TOKEN), Tag.token(new), Tag.token("else")]
