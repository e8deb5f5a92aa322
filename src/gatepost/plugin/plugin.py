"""What a plugin is: a name, a priority, a Config, and a way to bind the two to a route.

A plugin is written as one file or folder under ``plugins/`` with a module-level ``plugin``. It is
bound once for each plan; what it returns decides requests without ever touching a socket.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from gatepost.plugin.attribute import Attribute
from gatepost.plugin.auth_method import AuthMethod, Proof
from gatepost.plugin.decision import Edits, Forward, Refusal
from gatepost.plugin.old_name import OldName
from gatepost.plugin.request import Request
from gatepost.plugin.runtime import Runtime
from gatepost.values import RedisSettings, Reply


class Config(BaseModel):
    """The base of every plugin's configuration: frozen, and unknown fields are refused.

    Every field has a type, a default and a one-line ``description``: validation, schemas, forms
    and the reference page are all read from it. A secret is a field with ``repr=False``: it is
    never shown, neither in a log nor in an answer. section: the heading under which forms and
    pages show the fields of this class; a large Config is put together from several.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    section: ClassVar[str] = ""


C = TypeVar("C", bound=Config)
AnyConfig = Config


@dataclass(frozen=True, slots=True)
class Site:
    """Where a plugin instance is bound; all it may know beside its Config.

    instance: id of the plugin instance. route, service: their ids. certificates: id to
    (certificate PEM, key PEM). salt: text that differs for each plan. node_secret: bytes that stay
    the same on this node, also across restarts, and that no other node has.
    """

    instance: str = ""
    route: str = ""
    service: str = ""
    protocols: tuple[str, ...] = ()
    certificates: Mapping[str, tuple[str, str]] = field(default_factory=dict, repr=False)
    salt: str = field(default="", repr=False)
    node_secret: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an instance lets nobody through. status: 401, 403, or 503 when somebody else failed.

    retry_after: seconds, for 503.
    """

    status: int
    code: str
    reason: str
    retry_after: int | None = None


def unavailable(failure: Failure) -> Refusal:
    """Return the plain answer for what is unavailable: 503 with Retry-After."""
    message = "Service temporarily unavailable"
    return Refusal(503, failure.code, message, retry_after=failure.retry_after or 5)


class Bound:
    """A plugin instance, ready to decide. Override what the plugin does; the rest stays.

    attributes: everything it reads from a request. methods: authentication methods, in the order
    in which they look for credentials. anonymous: consumer id or username that stands in when
    authentication fails. hide_credentials: strip the credential before forwarding.
    never_remembered: nothing this instance decides may be remembered (say why), so that the
    engine need not wait for somebody else's answer. patience: seconds it may take at most.
    identity_headers: names of the headers by which it tells the upstream who is calling, as they
    are sent; a client's own are removed from every request, on every route. One that this plan
    reads as well is there until everybody has looked, and goes on no further.
    cookies: names of the cookies that are its own (``NAME*`` for all that begin so): they never
    reach the upstream while credentials are hidden, and an upstream cannot set them.
    session_cookie: the one of them that comes with nearly every request; the engine looks for it
    first. rooms: where nodes tell one another of revocations.
    """

    attributes: tuple[Attribute, ...] = ()
    methods: tuple[AuthMethod, ...] = ()
    anonymous: str | None = None
    hide_credentials: bool = True
    never_remembered: str | None = None
    patience: float = 0.0
    identity_headers: tuple[str, ...] = ()
    cookies: tuple[str, ...] = ()
    session_cookie: str | None = None
    rooms: tuple[RedisSettings, ...] = ()

    def challenges(self, rejected: bool) -> tuple[str, ...]:
        """Return the WWW-Authenticate values for a 401 of this instance."""
        return ()

    def refuse(self, failure: Failure, request: Request, runtime: Runtime) -> Refusal | Reply:
        """Return the answer for a failure of this instance: 401, 403 or 503."""
        if failure.status == 503:
            return unavailable(failure)
        message = "Unauthorized" if failure.status == 401 else "Forbidden"
        challenges = self.challenges(failure.code != "credential.absent")
        return Refusal(failure.status, failure.code, message, challenges)

    async def skip(self, request: Request, runtime: Runtime) -> bool:
        """Return whether this instance lets the request through untouched (a preflight)."""
        return False

    async def admit(
        self, proof: Proof, request: Request, runtime: Runtime
    ) -> Forward | Refusal | Reply:
        """Decide what a proven caller may do, and what the upstream is told.

        A refusal whose code begins with ``consumer.`` (nobody is mapped to the credential) lets
        ``anonymous`` stand in, where that is set; any other refusal is final.
        """
        return Forward()

    async def check(
        self, request: Request, runtime: Runtime, so_far: Forward
    ) -> Edits | Refusal | Reply:
        """Decide as a plugin that authenticates nobody; runs in order of priority."""
        return Edits()


class Plugin(Generic[C]):
    """A kind of policy. Subclass, fill in the class variables, write ``bind``.

    old_names: fields of older configurations, which ``Config`` still reads.
    """

    name: ClassVar[str]
    priority: ClassVar[int]
    Config: ClassVar[type[Config]]
    protocols: ClassVar[tuple[str, ...]] = ("grpc", "grpcs", "http", "https")
    old_names: ClassVar[tuple[OldName, ...]] = ()

    def bind(self, config: C, site: Site) -> Bound:
        """Parse what can be parsed once. No I/O. Raises Fault(by=OPERATOR) when it cannot work."""
        raise NotImplementedError

    def warnings(self, config: C) -> list[str]:
        """Return what an operator should know about a configuration that is accepted."""
        return []

    def read(self, raw: Mapping[str, Any]) -> AnyConfig:
        """Validate a raw configuration; pydantic's ValidationError when it is not good."""
        return self.Config.model_validate(raw)
