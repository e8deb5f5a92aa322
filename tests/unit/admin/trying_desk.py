"""A desk whose calls go to a provider that answers as it is told."""

from gatepost.values import Call, Reply
from tests.admin_desk import Desk
from tests.unit.admin.test_login import ISSUER, Provider


class Recording(Provider):
    """Keeps what it was asked; answers of its own go first, by the end of the path."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[Call] = []
        self.answers: dict[str, Reply] = {}

    async def __call__(self, call: Call) -> Reply:
        self.calls.append(call)
        for end, reply in self.answers.items():
            if call.url.endswith(end):
                return reply
        return await super().__call__(call)


async def trying(desk: Desk) -> Recording:
    """Let the desk's plane name the issuer, and its calls go to what is returned."""
    provider = Recording()
    desk.control.abroad.fetch = provider
    await desk.make("/plugins", name="openid-connect", config={"issuer": ISSUER})
    return provider
