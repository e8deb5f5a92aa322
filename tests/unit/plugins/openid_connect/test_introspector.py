import asyncio

import pytest

from gatepost.plugin.revocations import Revocation
from gatepost.plugin.testkit import BEGIN
from gatepost.values import Tag, TagKind
from tests.unit.plugins.openid_connect.provider_script import ISSUER, Gate, code, status

pytestmark = pytest.mark.anyio
ONLY = {"auth_methods": ["introspection"], "client_id": ["gate"], "client_secret": ["s3"]}


async def test_many_first_requests_with_one_token_make_one_call() -> None:
    gate = Gate(**ONLY)
    answers = await asyncio.gather(*(gate.bearer("opaque") for _ in range(50)))
    assert {status(answer) for answer in answers} == {200}
    assert gate.provider.count("introspection") == 1


async def test_two_tokens_are_two_facts() -> None:
    gate = Gate(**ONLY)
    await gate.bearer("one")
    gate.provider.answer = {"active": False}
    assert status(await gate.bearer("two")) == 401
    assert status(await gate.bearer("one")) == 200


async def test_another_client_is_another_fact() -> None:
    gate = Gate(auth_methods=["introspection"], client_id=["a", "b"], client_secret=["1", "2"])
    token = ("Authorization", "Bearer opaque")
    for name in ("a", "b", "a"):
        assert status(await gate.ask(token, ("X-Client-Id", name))) == 200
    assert gate.provider.count("introspection") == 2


async def test_a_revoked_token_is_refused_although_the_provider_says_active() -> None:
    gate = Gate(**ONLY)
    await gate.bearer("opaque")
    gate.world.revocations.add([Revocation(1, Tag.token("opaque"), BEGIN)])
    assert code(await gate.bearer("opaque")) == "credential.revoked"
    assert gate.provider.count("introspection") == 1


@pytest.mark.parametrize(
    ("kind", "claim"), [(TagKind.SUBJECT, "sub"), (TagKind.CLIENT, "client_id")]
)
async def test_a_revoked_subject_or_client_is_refused(kind: TagKind, claim: str) -> None:
    gate = Gate(**ONLY)
    gate.provider.answer = {"active": True, claim: "x", "iat": BEGIN - 5}
    gate.world.revocations.add([Revocation(1, Tag.of(kind, ISSUER, "x"), BEGIN)])
    assert code(await gate.bearer("opaque")) == "credential.revoked"


async def test_what_an_answer_rests_on_is_forgotten_by_its_tags() -> None:
    gate = Gate(**ONLY)
    await gate.bearer("opaque")
    assert gate.world.sources.facts.purge([Tag.of(TagKind.SUBJECT, ISSUER, "alice")]) == 1
    await gate.bearer("opaque")
    assert gate.provider.count("introspection") == 2
