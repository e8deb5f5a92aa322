"""One way to authenticate a request, with four answers.

    Proof      this credential is good, and here is who it stands for
    Absent     no credential of my kind is here; ask the next method
    Rejected   a credential of my kind is here and it is not good; nobody else is asked
    Reply      an answer of my own (a redirect to a login page, a callback)

Absent is not Rejected: with that, "the first credential found decides", anonymous access,
challenges and the stripping of credentials live once, in the chain.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import msgspec

from gatepost.plugin.request import Request
from gatepost.plugin.runtime import Runtime
from gatepost.values import Reply

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


class Place(msgspec.Struct, frozen=True):
    """Where a credential rode: kind is header, query, cookie or body; name as configured."""

    kind: str
    name: str


class Proof(msgspec.Struct, frozen=True):  # quicker to build than a dataclass
    """A good credential.

    method: name of the auth method. issuer, subject: who it stands for, where known.
    places: where the credential rode, so that the chain can strip it.
    claims: sources by name, in the order in which claims are searched (``access_token``,
    ``id_token``, ``introspection``, ``userinfo``). access_token: what goes upstream.
    ends: wall seconds when the credential ends, None when it does not say.
    details: whatever the plugin's own ``admit`` needs (a verified key, a raw answer).
    """

    method: str
    places: tuple[Place, ...] = ()
    issuer: str | None = None
    subject: str | None = None
    claims: Mapping[str, Mapping[str, Json]] = msgspec.field(default_factory=dict)
    access_token: str | None = None
    ends: float | None = None
    details: Mapping[str, object] = msgspec.field(default_factory=dict)

    def __repr__(self) -> str:
        told = f"issuer={self.issuer!r}, subject={self.subject!r}, ends={self.ends!r}"
        return f"Proof(method={self.method!r}, places={self.places!r}, {told})"


@dataclass(frozen=True, slots=True)
class Absent:
    """Nothing of this kind was presented."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A credential was presented and is not good. code and reason tell the trace why."""

    code: str
    reason: str
    places: tuple[Place, ...] = ()


Answer = Proof | Absent | Rejected | Reply


class AuthMethod(Protocol):
    """One method, bound to its configuration."""

    name: str

    async def prove(self, request: Request, runtime: Runtime) -> Answer:
        """Look for a credential of this kind and judge it.

        A Fault by the client becomes Rejected; any other Fault becomes 503, never a pass.
        """
        ...
