"""Small plugins that the tests of the contract are made of."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from pydantic import Field

from gatepost.plugin import (
    Absent,
    Answer,
    Attribute,
    Bound,
    Config,
    ConsumerHeaders,
    Edits,
    Forward,
    Freshness,
    Place,
    Plugin,
    Proof,
    Refusal,
    Rejected,
    Request,
    Runtime,
    Site,
)
from gatepost.values import By, Call, Fault, Reply, Tag, TagKind, Transport


class KeyConfig(Config):
    place: str = Field("header:x-key", description="Where the key rides.")
    good: str = Field("good", description="The key that is good.")
    anonymous: str | None = Field(None, description="Who stands in.")
    hide_credentials: bool = Field(True, description="Strip the key.")
    consumer: str | None = Field(None, description="Username of the consumer the key stands for.")


class KeyMethod:
    def __init__(self, name: str, config: KeyConfig) -> None:
        self.name = name
        self._config = config
        self._kind, _, self._arg = config.place.partition(":")

    async def prove(self, request: Request, runtime: Runtime) -> Answer:
        if self._kind == "body":
            found = (request.body().decode().partition(f"{self._arg}=")[2].partition("&")[0],)
            found = tuple(one for one in found if one)
        else:
            found = getattr(request, self._kind)(self._arg)
        if not found:
            return Absent()
        place = Place(self._kind, self._arg)
        runtime.rests_on(Tag.of(TagKind.CLIENT, self.name, found[0]))
        if found[0] == "broken":
            raise Fault("provider.timeout", "Too slow.", by=By.PROVIDER, retry_after=7)
        if found[0] == "malformed":
            raise Fault("token.malformed", "It is malformed.", by=By.CLIENT)
        if found[0] == "redirect":
            return Reply(302)
        if found[0] != self._config.good:
            return Rejected("token.invalid", "wrong key", (place,))
        return Proof(self.name, places=(place,), subject=found[0])


class KeyBound(Bound):
    def __init__(self, name: str, config: KeyConfig) -> None:
        kind, _, arg = config.place.partition(":")
        if kind != "body":
            self.attributes = (Attribute(kind, arg),)
        self.methods = (KeyMethod(name, config),)
        self.anonymous = config.anonymous
        self.hide_credentials = config.hide_credentials
        self._name = name
        self._consumer = config.consumer

    def challenges(self, rejected: bool) -> tuple[str, ...]:
        return (f'{self._name} error="invalid"' if rejected else self._name,)

    async def admit(self, proof: Proof, request: Request, runtime: Runtime) -> Forward | Refusal:
        if self._consumer is None:
            return Forward()
        person = runtime.consumer("username", self._consumer)
        if person is None:
            return Refusal(403, "consumer.unknown", "Forbidden")
        return Forward(consumer=ConsumerHeaders(id=person.id, username=person.username))


class Key(Plugin[KeyConfig]):
    Config = KeyConfig

    def __init__(self, name: str = "key", priority: int = 1000) -> None:
        self.name = name  # type: ignore[misc]
        self.priority = priority  # type: ignore[misc]

    def bind(self, config: KeyConfig, site: Site) -> Bound:
        return KeyBound(self.name, config)


class NoConfig(Config):
    pass


Body = Callable[[Request, Runtime], Any]


class Doing(Plugin[NoConfig]):
    """A plugin whose check is a function: what it returns is the answer, None changes nothing."""

    name: ClassVar[str] = "doing"
    priority: ClassVar[int] = 100
    Config = NoConfig

    def __init__(
        self,
        act: Callable[..., Any],
        *,
        attributes: tuple[Attribute, ...] = (),
        never: str | None = None,
        name: str = "doing",
        priority: int = 100,
    ) -> None:
        self._act = act
        self._attributes = attributes
        self._never = never
        self.name = name  # type: ignore[misc]
        self.priority = priority  # type: ignore[misc]

    def bind(self, config: NoConfig, site: Site) -> Bound:
        act, attributes, never = self._act, self._attributes, self._never

        class Doer(Bound):
            async def check(
                self, request: Request, runtime: Runtime, so_far: Forward
            ) -> Edits | Refusal | Reply:
                result = act(request, runtime)
                if hasattr(result, "__await__"):
                    result = await result
                return Edits() if result is None else result

        bound = Doer()
        bound.attributes = attributes
        bound.never_remembered = never
        return bound


class Methods(Plugin[NoConfig]):
    """An authenticating plugin whose one method is a function."""

    name: ClassVar[str] = "methods"
    priority: ClassVar[int] = 1000
    Config = NoConfig

    def __init__(
        self,
        prove: Callable[[Request, Runtime], Any],
        *,
        admit: Callable[[Proof], Forward | Refusal] = lambda _: Forward(),
        attributes: tuple[Attribute, ...] = (Attribute("header", "authorization"),),
        anonymous: str | None = None,
    ) -> None:
        self._given = (prove, admit, attributes, anonymous)

    def bind(self, config: NoConfig, site: Site) -> Bound:
        prove_, admit_, attributes, anonymous = self._given

        class Method:
            name = "function"

            async def prove(self, request: Request, runtime: Runtime) -> Answer:
                result = prove_(request, runtime)
                if hasattr(result, "__await__"):
                    result = await result
                return result  # type: ignore[no-any-return]

        class Own(Bound):
            async def admit(
                self, proof: Proof, request: Request, runtime: Runtime
            ) -> Forward | Refusal:
                return admit_(proof)

        bound = Own()
        bound.attributes, bound.anonymous, bound.methods = attributes, anonymous, (Method(),)
        return bound


CALL = Call("GET", "https://idp.test/fact", purpose="fact", transport=Transport(timeout=1))


def text(reply: Reply) -> str:
    if reply.status != 200:
        raise Fault("provider.status", "The provider failed.", by=By.PROVIDER)
    return reply.body.decode()


def kept(seconds: float, stale: float = 0.0, *tags: Tag) -> Callable[[object], Freshness]:
    return lambda _: Freshness(seconds, stale, tags)


def with_ends(forward: Forward, ends: float) -> Forward:
    return replace(forward, ends=ends)


Raw = Mapping[str, Any]
