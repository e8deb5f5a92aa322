import json
import time
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from gatepost.admin.caller import Role
from gatepost.admin.login import Logins, LoginSettings
from gatepost.oidc import Key, generate, pkce, sign
from gatepost.values import Call, Fault, Headers, Reply, Secret

pytestmark = pytest.mark.anyio

ISSUER = "https://id.example"
URL = "https://admin.example:8001"
SETTINGS = LoginSettings(
    ISSUER,
    "gatepost-admin",
    URL,
    {Role.ADMIN: ("gate-admins",), Role.OPERATOR: ("ops", "dev"), Role.VIEWER: ("*",)},
    client_secret=Secret("client-secret"),
)
RSA = generate("RS256", "one", bits=2048)
OTHER = generate("RS256", "two", bits=2048)


class Provider:
    """A provider that answers as it is told; what was asked is kept."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {"sub": "00u1", "preferred_username": "ann"}
        self.key: Key = RSA
        self.published = [RSA]
        self.nonce = ""
        self.forms: list[dict[str, str]] = []

    async def __call__(self, call: Call) -> Reply:
        path = urlsplit(call.url).path
        if path.endswith("openid-configuration"):
            return self._json(
                {
                    "issuer": ISSUER,
                    "authorization_endpoint": f"{ISSUER}/authorize",
                    "token_endpoint": f"{ISSUER}/token",
                    "jwks_uri": f"{ISSUER}/keys",
                    "scopes_supported": ["openid", "groups"],
                }
            )
        if path == "/keys":
            return self._json({"keys": [dict(key.jwk) for key in self.published]})
        self.forms.append(dict(parse_qsl(call.body.decode())))
        now = int(time.time())
        told = {"iss": ISSUER, "aud": "gatepost-admin", "iat": now, "exp": now + 60}
        issued = sign(told | {"nonce": self.nonce} | self.claims, self.key)
        return self._json({"access_token": "at", "token_type": "Bearer", "id_token": issued})

    def _json(self, value: Any) -> Reply:
        content_type = Headers([("Content-Type", "application/json")])
        return Reply(200, content_type, json.dumps(value).encode())


async def log_in(provider: Provider, logins: Logins, to: str | None = "/console") -> Any:
    step = await logins.begin(to)
    asked = {name: value[0] for name, value in parse_qs(urlsplit(step.location).query).items()}
    provider.nonce = asked["nonce"]
    done = await logins.complete([("code", "c"), ("state", asked["state"])], step.sealed)
    return asked, done


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def logins(provider: Provider) -> Logins:
    return Logins(SETTINGS, provider, b"k" * 32)


async def test_a_login_asks_with_pkce_state_and_nonce_and_comes_back_as_a_person(
    provider: Provider, logins: Logins
) -> None:
    provider.claims["groups"] = ["ops"]
    asked, done = await log_in(provider, logins)
    assert asked["redirect_uri"] == f"{URL}/auth/callback"
    assert asked["scope"] == "openid groups"
    (form,) = provider.forms
    assert pkce.challenge(form["code_verifier"]) == asked["code_challenge"]
    assert done.location == "/console"
    caller = await logins.caller(done.sealed)
    assert caller is not None
    assert (caller.name, caller.role, caller.how) == ("ann", Role.OPERATOR, "login")


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        (["gate-admins", "ops"], Role.ADMIN),
        (["dev"], Role.OPERATOR),
        (["other"], Role.VIEWER),
        ("ops gate-admins", Role.ADMIN),
        ({"ops": 1}, Role.VIEWER),
        (None, Role.VIEWER),
    ],
)
async def test_groups_give_the_strongest_role_that_fits(
    provider: Provider, logins: Logins, groups: Any, role: Role
) -> None:
    provider.claims["groups"] = groups
    _, done = await log_in(provider, logins)
    caller = await logins.caller(done.sealed)
    assert caller is not None
    assert caller.role is role


async def test_whoever_has_no_role_is_told_so(provider: Provider) -> None:
    closed = LoginSettings(ISSUER, "gatepost-admin", URL, {Role.ADMIN: ("gate-admins",)})
    with pytest.raises(Fault) as caught:
        await log_in(provider, Logins(closed, provider, b"k" * 32))
    assert caught.value.code == "admin.no_role"


async def test_an_answer_to_another_login_is_refused(provider: Provider, logins: Logins) -> None:
    step = await logins.begin("/")
    with pytest.raises(Fault) as caught:
        await logins.complete([("code", "c"), ("state", "guessed")], step.sealed)
    assert caught.value.code == "admin.login"
    assert provider.forms == []


@pytest.mark.parametrize("sealed", ["", "x", "AAAA", "ä"])
async def test_without_a_login_under_way_nothing_is_asked(
    provider: Provider, logins: Logins, sealed: str
) -> None:
    with pytest.raises(Fault) as caught:
        await logins.complete([("code", "c"), ("state", "s")], sealed)
    assert caught.value.code == "admin.login"
    assert await logins.caller(sealed) is None


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"nonce": "another"}, "id_token.nonce"),
        ({"aud": "another"}, "id_token.audience"),
        ({"iss": "https://evil.example"}, "id_token.issuer"),
        ({"exp": 5}, "id_token.expired"),
    ],
)
async def test_an_id_token_that_is_not_ours_is_refused(
    provider: Provider, logins: Logins, claims: dict[str, Any], code: str
) -> None:
    provider.claims |= claims
    with pytest.raises(Fault) as caught:
        await log_in(provider, logins)
    assert caught.value.code == code


async def test_keys_are_fetched_anew_when_the_provider_has_a_new_one(
    provider: Provider, logins: Logins
) -> None:
    await log_in(provider, logins)
    provider.key, provider.published = OTHER, [OTHER]
    _, done = await log_in(provider, logins)
    assert await logins.caller(done.sealed) is not None
    provider.published = [RSA]
    with pytest.raises(Fault):
        await log_in(provider, Logins(SETTINGS, provider, b"k" * 32))


async def test_nobody_is_sent_to_another_site_afterwards(
    provider: Provider, logins: Logins
) -> None:
    for wanted in ("https://evil.example", "//evil.example", "/\\evil.example", None):
        _, done = await log_in(provider, logins, wanted)
        assert done.location == "/"


async def test_a_login_ends_and_is_good_for_one_client_and_one_secret_only(
    provider: Provider, logins: Logins
) -> None:
    _, done = await log_in(provider, logins)
    assert await Logins(SETTINGS, provider, b"x" * 32).caller(done.sealed) is None
    other = LoginSettings(ISSUER, "another", URL, SETTINGS.roles)
    assert await Logins(other, provider, b"k" * 32).caller(done.sealed) is None
    short = LoginSettings(ISSUER, "gatepost-admin", URL, SETTINGS.roles, seconds=0.0)
    _, over = await log_in(provider, Logins(short, provider, b"k" * 32))
    assert await logins.caller(over.sealed) is None
