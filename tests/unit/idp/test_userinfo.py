from typing import Any

import pytest

from gatepost.oidc import KeySet, parse, verify
from tests.unit.idp.calling import JWT, Client
from tests.unit.idp.person import Person, replace

pytestmark = pytest.mark.anyio


async def posted(idp: Client, token: str | None, **headers: str) -> tuple[int, Any]:
    form = {} if token is None else {"access_token": token}
    async with idp.http.post(idp.issuer + "/v1/userinfo", data=form, headers=headers) as answer:
        return answer.status, await answer.json()


async def test_it_tells_what_the_scopes_allow(idp: Client, person: Person) -> None:
    _, everything = await idp.userinfo((await person.log_in())["access_token"])
    assert everything == {
        "sub": "alice",
        "name": "Alice Archer",
        "given_name": "Alice",
        "family_name": "Archer",
        "preferred_username": "alice",
        "email": "alice@example.com",
        "email_verified": True,
        "groups": ["Everyone", "admins"],
    }
    _, little = await idp.userinfo((await person.log_in(scope="openid"))["access_token"])
    assert little == {"sub": "alice"}


async def test_the_token_may_come_in_a_form(idp: Client, person: Person) -> None:
    token = (await person.log_in())["access_token"]
    assert (await posted(idp, token))[1]["sub"] == "alice"
    assert (await posted(idp, None, Authorization=f"Bearer {token}"))[1]["sub"] == "alice"


async def test_a_token_in_the_address_or_in_two_places_is_refused(
    idp: Client, person: Person
) -> None:
    token = (await person.log_in())["access_token"]
    status, answer = await posted(idp, token, Authorization=f"Bearer {token}")
    assert (status, answer["error"]) == (400, "invalid_request")
    async with idp.http.get(f"{idp.issuer}/v1/userinfo?access_token={token}") as refused:
        assert refused.status == 400


async def test_a_token_that_is_not_active_gets_the_challenge_for_it(idp: Client) -> None:
    async with idp.http.get(
        idp.issuer + "/v1/userinfo", headers={"Authorization": "Bearer x"}
    ) as answer:
        assert answer.status == 401
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    async with idp.http.get(idp.issuer + "/v1/userinfo") as answer:
        assert answer.status == 401
        assert "error" not in answer.headers["WWW-Authenticate"]  # RFC 6750, 3.1
    async with idp.http.put(idp.issuer + "/v1/userinfo") as answer:
        assert answer.status == 405


async def test_a_token_without_openid_or_without_a_person_is_not_enough(
    idp: Client, person: Person
) -> None:
    tokens = [
        (await person.log_in(scope="read"))["access_token"],
        (await idp.token(JWT))[1]["access_token"],
    ]
    for token in tokens:
        status, answer = await idp.userinfo(token)
        assert (status, answer["error"]) == (403, "insufficient_scope")


async def test_it_is_signed_where_that_is_asked_for_or_set(idp: Client, person: Person) -> None:
    token = (await person.log_in())["access_token"]
    keys = KeySet.read(await idp.get("/v1/keys"), idp.issuer)
    _, asked = await idp.userinfo(token, Accept="application/json;q=0.1, application/jwt")
    await replace(idp, userinfo_signed=True)
    _, always = await idp.userinfo(token)
    for answer in (asked, always):
        signed = parse(answer["jwt"])
        verify(signed, keys)
        assert signed.payload["iss"] == idp.issuer
        assert signed.payload["aud"] == "demo-app"
        assert signed.payload["email"] == "alice@example.com"


async def test_a_fault_waits_for_a_right_answer(idp: Client, person: Person) -> None:
    await idp.spoil("userinfo", "userinfo-invalid-sub")
    assert (await idp.userinfo("x"))[0] == 401
    token = (await person.log_in())["access_token"]
    assert (await idp.userinfo(token))[1]["sub"] == "aliceinvalid"
    assert (await idp.userinfo(token))[1]["sub"] == "alice"
