"""What each method does that finds a credential: find it, judge it, or say why not."""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from gatepost.oidc import token
from gatepost.plugin.auth_method import Absent, Answer, Place, Rejected
from gatepost.plugin.request import Request
from gatepost.plugin.runtime import Runtime
from gatepost.plugins.openid_connect.credentials import Unreadable
from gatepost.plugins.openid_connect.refusals import OURS_TO_MEND, refused_us
from gatepost.values import By, Fault


class Presented(Protocol):
    """A credential as it was presented. places: where it rode."""

    @property
    def places(self) -> tuple[Place, ...]:
        """Where it rode, so that it can be taken out."""
        ...


P = TypeVar("P", bound=Presented, covariant=True)
Q = TypeVar("Q", bound=Presented)


class Places(Protocol[P]):
    """Where a kind of credential may ride."""

    def find(self, request: Request) -> P | Unreadable | None:
        """Return what was presented, or None."""
        ...


async def attempt(
    places: Places[Q],
    request: Request,
    runtime: Runtime,
    judge: Callable[[Q], Awaitable[Answer]],
    *,
    as_us: bool = False,
) -> Answer:
    """Return what the judge says of the credential that was presented.

    A Fault of the judge by CLIENT is a rejection; others are raised. as_us: the provider is asked
    in the gateway's own name, so a refusal of the name is no fault of whoever calls.
    """
    found = places.find(request)
    if found is None:
        return Absent()
    if isinstance(found, Unreadable):
        return Rejected(found.code, found.reason, found.places)
    try:
        return await judge(found)
    except Fault as fault:
        if as_us and isinstance(fault, token.GrantRefused) and fault.error in OURS_TO_MEND:
            raise refused_us(fault) from None
        if fault.by is not By.CLIENT:
            raise
        runtime.step("credential refused", code=fault.code, cause=fault.cause)
        return Rejected(fault.code, fault.message, found.places)
