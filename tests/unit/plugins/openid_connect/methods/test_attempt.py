from dataclasses import dataclass

import pytest

from gatepost.oidc import token
from gatepost.plugin.auth_method import Absent, Answer, Place, Proof, Rejected
from gatepost.plugin.extract import HttpRequest
from gatepost.plugin.request import Request
from gatepost.plugin.testkit import FakeRuntime, json_reply
from gatepost.plugins.openid_connect.credentials import Unreadable
from gatepost.plugins.openid_connect.methods.attempt import attempt
from gatepost.values import By, Fault

pytestmark = pytest.mark.anyio
PLACES = (Place("header", "x"),)


@dataclass(frozen=True)
class Secret:
    places: tuple[Place, ...] = PLACES


@dataclass(frozen=True)
class Found:
    what: Secret | Unreadable | None

    def find(self, request: Request) -> Secret | Unreadable | None:
        return self.what


async def tried(
    what: Secret | Unreadable | None, said: Answer | Fault, *, as_us: bool = False
) -> Answer:
    async def judge(found: Secret) -> Answer:
        if isinstance(said, Fault):
            raise said
        return said

    request = Request({}, HttpRequest().context())
    return await attempt(Found(what), request, FakeRuntime(), judge, as_us=as_us)


def refused(error: str) -> Fault:
    with pytest.raises(token.GrantRefused) as caught:
        token.read(json_reply({"error": error}, 400))
    return caught.value


async def test_nothing_is_absent_and_what_cannot_be_read_is_rejected() -> None:
    assert await tried(None, Proof("m")) == Absent()
    assert await tried(Unreadable("c", "r", PLACES), Proof("m")) == Rejected("c", "r", PLACES)


async def test_what_the_judge_says_counts() -> None:
    assert await tried(Secret(), Proof("m")) == Proof("m")


async def test_a_fault_by_the_client_is_a_rejection_and_any_other_is_raised() -> None:
    mine = Fault("token.bad", "It is bad.", by=By.CLIENT)
    assert await tried(Secret(), mine) == Rejected("token.bad", "It is bad.", PLACES)
    with pytest.raises(Fault, match="away"):
        await tried(Secret(), Fault("provider.away", "It is away.", by=By.PROVIDER))


async def test_a_refusal_of_the_gateways_own_name_is_nobody_elses_fault() -> None:
    assert isinstance(await tried(Secret(), refused("invalid_client")), Rejected)
    with pytest.raises(Fault, match="own credentials"):
        await tried(Secret(), refused("invalid_client"), as_us=True)
    assert isinstance(await tried(Secret(), refused("invalid_grant"), as_us=True), Rejected)
