from typing import Any

from gatepost.plugin.auth_method import Proof
from gatepost.plugin.runtime import Person
from gatepost.plugin.testkit import FakeRuntime, World
from gatepost.plugins.openid_connect.access import Access, Denied, claim
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig

PROOF = Proof("bearer", claims={"access_token": {"sub": "a", "n": 7}, "introspection": {"x": "y"}})


def access(**config: Any) -> Access:
    whole = {"issuer": "https://idp.example", **config}
    return Access(OpenIdConnectConfig.model_validate(whole))


def test_a_claim_is_that_of_the_first_source_that_has_it() -> None:
    assert [claim(PROOF, (name,)) for name in ("sub", "x", "none")] == ["a", "y", None]


def test_a_claim_is_forbidden_in_every_source() -> None:
    for name, denied in (("sub", True), ("x", True), ("y", False)):
        assert (access(claims_forbidden=[name]).denied(PROOF) is not None) is denied


def test_nothing_required_denies_nothing() -> None:
    assert access().denied(PROOF) is None
    assert access(scopes_required=[]).denied(PROOF) is None


def test_a_requirement_of_spaces_is_never_met() -> None:
    found = access(scopes_required=[" "]).denied(PROOF)
    assert isinstance(found, Denied)


def test_a_number_can_name_a_consumer_and_an_object_cannot() -> None:
    runtime = FakeRuntime(World(people=[Person("1", "7", None)]))
    mapped = access(consumer_claims=[["n"]]).consumer(PROOF, runtime)
    assert isinstance(mapped, Person)
    odd = Proof("bearer", claims={"access_token": {"n": {"7": 7}}})
    assert isinstance(access(consumer_claims=[["n"]]).consumer(odd, runtime), Denied)


def test_without_consumer_claims_nobody_is_looked_up() -> None:
    assert access().consumer(PROOF, FakeRuntime()) is None


def test_what_is_lacking_is_told_with_what_would_have_done() -> None:
    token = Proof("bearer", claims={"access_token": {"aud": ["b", "a"], "n": 7}})
    lacks = access(audience_required=["x y", "z"]).denied(token)
    assert lacks is not None
    assert (lacks.claim, lacks.wants, lacks.has) == ("aud", "x y or z", "a b")
    mapping = access(consumer_claims=[["n"], ["m"]], consumer_by=["username"])
    unknown = mapping.consumer(token, FakeRuntime())
    assert isinstance(unknown, Denied)
    told = (unknown.claim, unknown.wants, unknown.has)
    assert told == ("n or m", "a consumer with this username", "7")
