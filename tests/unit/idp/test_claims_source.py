import pytest

from gatepost.oidc import KeySet, parse, verify
from tests.unit.idp.calling import Client
from tests.unit.idp.person import Person

pytestmark = pytest.mark.anyio


async def test_distributed_claims_are_told_to_who_has_their_token(
    idp: Client, person: Person
) -> None:
    token = (await person.log_in())["access_token"]
    await idp.spoil("userinfo", "distributed-claims")
    _, answer = await idp.userinfo(token)
    assert answer["_claim_names"] == {"address": "src1"}
    source = answer["_claim_sources"]["src1"]
    fields = {"Authorization": f"Bearer {source['access_token']}"}
    async with idp.http.get(source["endpoint"], headers=fields) as told:
        assert told.status == 200
        signed = parse(await told.text())
    verify(signed, KeySet.read(await idp.get("/v1/keys"), idp.issuer))
    assert signed.payload["address"]
    assert signed.payload["sub"] == "alice"
    for wrong in ({}, {"Authorization": f"Bearer {token}"}):
        async with idp.http.get(source["endpoint"], headers=wrong) as refused:
            assert refused.status == 401
    async with idp.http.post(source["endpoint"]) as refused:
        assert refused.status == 405
    _, counted = await idp.manage("GET", "/dev/counters")
    assert counted["endpoints"]["claims"] == 4
