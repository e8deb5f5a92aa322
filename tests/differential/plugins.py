"""Policies for the differential test: every decision is a function of what was read."""

import hashlib
from typing import ClassVar

from pydantic import Field

from gatepost.plugin import (
    Absent,
    Answer,
    Attribute,
    Bound,
    Config,
    Edits,
    Forward,
    Place,
    Plugin,
    Proof,
    Refusal,
    Registry,
    Rejected,
    Request,
    Runtime,
    Site,
    consumer_headers,
)
from gatepost.values import By, Fault, Headers, Reply, Tag, TagKind

ISSUER = "https://issuer.test"
CHANCE = "X-Chance"
"""The header by which a hostile plugin shows chance or time: never the same twice."""


def look(request: Request, text: str) -> tuple[str, ...]:
    """Read what an attribute's text names."""
    kind, _, name = text.partition(":")
    if kind in {"header", "headers"}:
        return request.header(name)
    if kind in {"query", "queries"}:
        return request.query(name)
    if kind in {"cookie", "cookies"}:
        return request.cookie(name)
    if kind == "connection":
        return (request.connection(name),)
    if kind == "method":
        return (request.method(),)
    return (str(request.bit(*name.split(":", 1))),)


def digest(salt: str, seen: object) -> bytes:
    return hashlib.sha256(f"{salt}|{seen!r}".encode("utf-8", "surrogatepass")).digest()


OWN = ("sid", "sid2", "flow_*")
"""Names of the cookies of whoever has a session."""
_QUERIES = ("", "a=1&q=2&q=3", "tag=%20x", "q")


class ReaderConfig(Config):
    reads: list[str] = Field(description="Key attributes that are read.")
    salt: str = Field("", description="Makes two readers differ.")
    hold: float = Field(4e9, description="An instant after which some decisions end.")
    copies: str | None = Field(None, description="Send the first value of this read upstream.")
    session: str | None = Field(None, description="The cookie that comes with most requests.")


class ReaderBound(Bound):
    identity_headers = ("X-Digest", "X-Copy")

    def __init__(self, config: ReaderConfig, site: Site) -> None:
        self.attributes = tuple(Attribute.parse(text) for text in config.reads)
        self.session_cookie = config.session
        self.cookies = OWN if config.session else ()
        self._config, self._site = config, site

    async def check(
        self, request: Request, runtime: Runtime, so_far: Forward
    ) -> Edits | Refusal | Reply:
        config = self._config
        values = {text: look(request, text) for text in config.reads}
        hashed = digest(config.salt, sorted(values.items()))
        text, n = hashed.hex(), int.from_bytes(hashed[:4], "big")
        runtime.rests_on(Tag.of(TagKind.SUBJECT, ISSUER, text[:16]), issued_at=1000.0)
        runtime.rests_on(Tag.of(TagKind.PLUGIN, self._site.instance))
        if n % 3 == 0:
            runtime.rests_on(Tag.of(TagKind.TOKEN_ID, ISSUER, text[16:32]))
        if n % 5 == 0:
            runtime.holds_until(config.hold, "the test says so")
        if n % 7 == 0:
            runtime.clock.past(config.hold)
        if n % 17 == 0:
            runtime.once("the test says so")
        other = _other_than_forward(n, text)
        return other if other is not None else _edits(config, n, text, values)


def _other_than_forward(n: int, text: str) -> Refusal | Reply | None:
    turn = (n >> 8) % 32
    if turn < 3:
        return Refusal(401, "reader.who", f"Who {text[:8]}", (f'Bearer realm="{text[:8]}"', "Key"))
    if turn < 6:
        return Refusal(403, "reader.no", f"No {text[:8]}", headers=(("X-Why", text[:8]),))
    if turn == 6:
        return Reply(302, Headers([("Location", f"/else/{text[:8]}")]))
    if turn == 7:
        raise Fault("reader.away", "Away.", by=By.PROVIDER, retry_after=3)
    if turn == 8:
        raise Fault("reader.bad", "Bad.", by=By.CLIENT)
    return None


def _edits(config: ReaderConfig, n: int, text: str, values: dict[str, tuple[str, ...]]) -> Edits:
    edits = Edits(headers=(("X-Digest", text),))
    if n % 2 == 0:
        edits = edits.and_(Edits(authorization=None if n % 4 else f"Bearer up-{text[:8]}"))
    if (n >> 4) % 3 == 0:
        edits = edits.and_(Edits(remove_args=("q",), headers=(("X-A", None),)))
    if (n >> 4) % 3 == 1:
        edits = edits.and_(Edits(remove_cookies=("sid", "c")))
    if config.session and (n >> 4) % 3 == 2:
        edits = edits.and_(Edits(remove_cookies=OWN))
    if (n >> 10) % 8 == 0:
        edits = edits.and_(Edits(args=_QUERIES[(n >> 13) % len(_QUERIES)]))
    if (n >> 6) % 4 == 0:
        edits = edits.and_(Edits(response_headers=(("X-Out", text[:12]),)))
    if config.session and (n >> 16) % 16 == 0:
        own = tuple(("Set-Cookie", f"sid{one}={text[:8]}") for one in ("", "2"))
        edits = edits.and_(Edits(response_headers=own))
    if (n >> 6) % 4 == 1:
        more = tuple((f"X-More-{one}", text[one : one + 4]) for one in range(4))
        edits = edits.and_(Edits(headers=more))
    if config.copies and values.get(config.copies):
        edits = edits.and_(Edits(headers=(("X-Copy", values[config.copies][0]),)))
    return edits


class Reader(Plugin[ReaderConfig]):
    name: ClassVar[str] = "reader"
    priority: ClassVar[int] = 500
    Config = ReaderConfig

    def bind(self, config: ReaderConfig, site: Site) -> Bound:
        return ReaderBound(config, site)


class DoorConfig(Config):
    place: str = Field(description="Where the credential rides: an attribute, or body:NAME.")
    anonymous: str | None = Field(None, description="Who stands in.")
    hide_credentials: bool = Field(True, description="Strip the credential.")
    session: str | None = Field(None, description="The cookie that comes with most requests.")


class DoorMethod:
    """Good credentials begin with ``good``, after a scheme if there is one."""

    name = "door"

    def __init__(self, config: DoorConfig) -> None:
        self._kind, _, self._arg = config.place.partition(":")
        self._text = config.place

    async def prove(self, request: Request, runtime: Runtime) -> Answer:
        if self._kind == "body":
            form = request.body().decode("latin-1") if request.bit("body") else ""
            pieces = [piece.partition("=") for piece in form.split("&")]
            found = tuple(value for name, _, value in pieces if name == self._arg)
        else:
            found = look(request, self._text)
        if not found:
            return Absent()
        place = Place(self._kind.replace("queries", "query").removesuffix("s"), self._arg)
        value = found[0].split(" ")[-1]
        runtime.rests_on(Tag.of(TagKind.CLIENT, ISSUER, value), issued_at=1000.0)
        runtime.rests_on(Tag.token(found[0]))
        if value.startswith("odd"):
            raise Fault("door.odd", "It is odd.", by=By.CLIENT)
        if not value.startswith("good") or len(found) > 1:
            return Rejected("door.bad", "it is bad", (place,))
        claims: dict[str, dict[str, object]] = {}
        if value == "good-bound":
            claims = {"access_token": {"cnf": {"jkt": "thumb"}}}
        return Proof("door", (place,), ISSUER, value, claims)  # type: ignore[arg-type]


class DoorBound(Bound):
    def __init__(self, name: str, config: DoorConfig) -> None:
        body = config.place.startswith("body:")
        self.attributes = (Attribute.parse("bit:body" if body else config.place),)
        self.methods = (DoorMethod(config),)
        self.anonymous = config.anonymous
        self.hide_credentials = config.hide_credentials
        self.session_cookie = config.session
        self.cookies = OWN if config.session else ()
        self._name = name

    def challenges(self, rejected: bool) -> tuple[str, ...]:
        return (f'{self._name} error="bad"' if rejected else self._name,)

    async def admit(
        self, proof: Proof, request: Request, runtime: Runtime
    ) -> Forward | Refusal | Reply:
        person = runtime.consumer("username", proof.subject or "")
        if proof.subject == "good-stranger":
            return Refusal(403, "consumer.unknown", "Forbidden")
        if proof.subject == "good-ends":
            return Forward(ends=3.9e9)
        if proof.subject and proof.subject.startswith("good-until-"):
            return Forward(ends=float(proof.subject.removeprefix("good-until-")))
        return Forward(consumer=consumer_headers(person, "card")) if person else Forward()


class Door(Plugin[DoorConfig]):
    Config = DoorConfig

    def __init__(self, name: str, priority: int) -> None:
        self.name = name  # type: ignore[misc]
        self.priority = priority  # type: ignore[misc]

    def bind(self, config: DoorConfig, site: Site) -> Bound:
        return DoorBound(self.name, config)


class HostileConfig(Config):
    reads: list[str] = Field(description="Key attributes that are declared.")
    mode: str = Field(description="What it reads without having declared it.")
    only_for: str | None = Field(None, description="Misbehave only when X-A has this value.")


class HostileBound(Bound):
    identity_headers = ("X-Hostile", CHANCE)

    def __init__(self, config: HostileConfig) -> None:
        self.attributes = tuple(Attribute.parse(text) for text in config.reads)
        self._config = config

    async def check(
        self, request: Request, runtime: Runtime, so_far: Forward
    ) -> Edits | Refusal | Reply:
        seen: list[object] = [look(request, text) for text in self._config.reads]
        wanted = self._config.only_for
        if wanted is not None and request.header("x-a") != (wanted,):
            return Edits(headers=(("X-Hostile", digest("h", seen).hex()),))
        chance = ()
        match self._config.mode:
            case "time":
                chance = ((CHANCE, f"{runtime.clock.now():.9f}"),)
            case "random":
                chance = ((CHANCE, runtime.random(8).hex()),)
            case "path":
                seen.append(request.path())
            case "args":
                seen.append(request.args())
            case "body":
                seen.append(request.body())
            case "method":
                seen.append(request.method())
            case "headers":
                seen.append(
                    sorted(value for name, value in request.headers() if name.lower() == "x-b")
                )
            case other:
                seen.append(look(request, other))
        return Edits(headers=(("X-Hostile", digest("h", seen).hex()), *chance))


class Hostile(Plugin[HostileConfig]):
    name: ClassVar[str] = "hostile"
    priority: ClassVar[int] = 400
    Config = HostileConfig

    def bind(self, config: HostileConfig, site: Site) -> Bound:
        return HostileBound(config)


def registry() -> Registry:
    return Registry([Reader(), Door("door", 1000), Door("gate", 900), Hostile()])
