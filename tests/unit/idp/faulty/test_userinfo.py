import pytest

from gatepost.idp.faulty.userinfo import USERINFO_FAULTS
from gatepost.oidc import KeySet, parse, verify
from gatepost.values import Fault
from tests.unit.idp.calling import Client
from tests.unit.idp.person import Person

pytestmark = pytest.mark.anyio


async def asked(idp: Client, person: Person, fault: str):
    token = (await person.log_in())["access_token"]
    _, right = await idp.userinfo(token)
    await idp.spoil("userinfo", fault)
    status, wrong = await idp.userinfo(token)
    assert status == 200
    return right, wrong


async def test_the_subject_is_another_or_missing(idp: Client, person: Person) -> None:
    right, wrong = await asked(idp, person, "userinfo-invalid-sub")
    assert wrong == {**right, "sub": "aliceinvalid"}
    right, wrong = await asked(idp, person, "userinfo-missing-sub")
    assert wrong == {name: value for name, value in right.items() if name != "sub"}


async def test_the_answer_is_an_array(idp: Client, person: Person) -> None:
    right, wrong = await asked(idp, person, "userinfo-array")
    assert wrong == [right]


async def test_the_answer_is_signed_though_nobody_asked(idp: Client, person: Person) -> None:
    right, wrong = await asked(idp, person, "userinfo-signed")
    token = parse(wrong["jwt"])
    verify(token, KeySet.read(await idp.get("/v1/keys"), idp.issuer))
    assert token.payload == {**right, "iss": idp.issuer, "aud": "demo-app"}


async def test_it_is_signed_for_somebody_else_or_not_at_all(idp: Client, person: Person) -> None:
    _, wrong = await asked(idp, person, "userinfo-signed-wrong-aud")
    token = parse(wrong["jwt"])
    verify(token, KeySet.read(await idp.get("/v1/keys"), idp.issuer))
    assert token.payload["aud"] == "demo-app1"
    _, wrong = await asked(idp, person, "userinfo-signed-none")
    with pytest.raises(Fault, match="not signed"):
        parse(wrong["jwt"])


async def test_its_signature_is_wrong(idp: Client, person: Person) -> None:
    right, wrong = await asked(idp, person, "userinfo-signed-invalid-sig")
    token = parse(wrong["jwt"])
    assert token.payload["sub"] == right["sub"]
    with pytest.raises(Fault, match="signature is not valid"):
        verify(token, KeySet.read(await idp.get("/v1/keys"), idp.issuer))


async def test_claims_are_told_in_a_jwt_inside(idp: Client, person: Person) -> None:
    right, wrong = await asked(idp, person, "aggregated-claims")
    names, sources = wrong.pop("_claim_names"), wrong.pop("_claim_sources")
    assert wrong == right
    token = parse(sources[names["address"]]["JWT"])
    verify(token, KeySet.read(await idp.get("/v1/keys"), idp.issuer))
    assert token.payload["address"]


async def test_claims_are_told_elsewhere(idp: Client, person: Person) -> None:
    right, wrong = await asked(idp, person, "distributed-claims")
    names, sources = wrong.pop("_claim_names"), wrong.pop("_claim_sources")
    assert wrong == right
    source = sources[names["address"]]
    assert source["endpoint"] == f"{idp.issuer}/v1/claims"
    assert len(source["access_token"]) > 30


def test_every_fault_is_told_once() -> None:
    assert len(set(USERINFO_FAULTS)) == len(USERINFO_FAULTS) == 9
