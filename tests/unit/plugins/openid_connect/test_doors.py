import pytest

from gatepost.plugin.attribute import Attribute, bit
from gatepost.plugin.auth_method import Absent, Answer, Rejected
from gatepost.plugin.extract import HttpRequest
from gatepost.plugin.request import Request
from gatepost.plugin.runtime import Runtime
from gatepost.plugin.testkit import FakeRuntime
from gatepost.plugins.openid_connect.doors import Doors

pytestmark = pytest.mark.anyio


class Door:
    def __init__(self, answer: Answer | None) -> None:
        self.answer = answer
        self.asked = 0

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        return (bit("query", "x"),)

    async def take(self, request: Request, runtime: Runtime) -> Answer | None:
        self.asked += 1
        return self.answer


async def test_the_first_door_that_knows_the_request_answers_it() -> None:
    doors = [Door(None), Door(Rejected("c", "r")), Door(Rejected("d", "s"))]
    request = Request({}, HttpRequest().context())
    assert await Doors(*doors).prove(request, FakeRuntime()) == Rejected("c", "r")
    assert [door.asked for door in doors] == [1, 1, 0]
    assert await Doors(Door(None)).prove(request, FakeRuntime()) == Absent()
    assert Doors(*doors).attributes == (bit("query", "x"),) * 3
