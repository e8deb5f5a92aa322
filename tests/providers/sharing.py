"""A plugin that does what a request tells it: errands, claims, records, revocations, events.

It is what whole nodes share with one another when no policy of ours is in the way. A node finds it
as it finds those of third parties: by an entry point (``as_distribution``).
"""

import hashlib
from pathlib import Path
from typing import Any, ClassVar

from pydantic import Field

from gatepost.plugin import (
    Attribute,
    Bound,
    Config,
    Edits,
    Errand,
    Forward,
    Plugin,
    Refusal,
    Request,
    Runtime,
    Site,
)
from gatepost.values import Call, RedisSettings, Reply, Tag, TagKind, Transport

ROOT = Path(__file__).parents[2]
DO, ANSWER = "x-do", "X-Answer"


class SharingConfig(Config):
    redis_port: int | None = Field(None, description="Port of the Redis; none for no room.")
    provider: str = Field("http://127.0.0.1:1/", description="Where errands go.")
    issuer: str = Field("https://issuer.test", description="Whose sessions are revoked.")
    timeout: float = Field(5.0, description="Seconds of an errand.")
    grace: float = Field(30.0, description="Seconds for which an answer is kept.")
    spent: float = Field(0.0, description="Further seconds in which it stays done.")


class SharingBound(Bound):
    attributes = (Attribute("header", DO),)
    patience = 12.0

    def __init__(self, config: SharingConfig, site: Site) -> None:
        self._config = config
        self._redis = None
        if config.redis_port is not None:
            self._redis = RedisSettings(port=config.redis_port)
            self.rooms = (self._redis,)

    async def check(
        self, request: Request, runtime: Runtime, so_far: Forward
    ) -> Edits | Refusal | Reply:
        told = request.header(DO)
        if not told:
            return Edits()
        answer = await self._do(runtime, *told[0].split())
        return Edits(response_headers=((ANSWER, answer),))

    async def _do(self, runtime: Runtime, what: str, *words: str) -> str:
        match what, words:
            case "errand", [name]:
                return (await runtime.do_once(self._errand(name))).body.decode()
            case "ahead", [name]:
                found = await runtime.do_ahead(self._errand(name))
                return "nothing" if found is None else found.body.decode()
            case "claim", [name]:
                return str(await runtime.claim(name, 60.0, self._redis))
            case "put", [key, record]:
                assert self._redis is not None
                await runtime.store(self._redis).put(key, record.encode(), seconds=60)
                return "kept"
            case "get", [key]:
                assert self._redis is not None
                runtime.once("it read a record")
                found = await runtime.store(self._redis).get(key)
                return "nothing" if found is None else found.decode()
            case "revoke", [session]:
                tag = Tag.of(TagKind.SESSION, self._config.issuer, session)
                await runtime.revoke((tag, None), why="it was told to")
                return "revoked"
            case "rest", [session]:
                runtime.rests_on(Tag.of(TagKind.SESSION, self._config.issuer, session))
                return "stands"
            case "tell", [event]:
                runtime.once("it tells something each time")
                runtime.tell(event, "told", by="a request")
                return "told"
            case _:
                return "what?"

    def _errand(self, name: str) -> Errand:
        config = self._config
        call = Call(
            "POST", config.provider, body=name.encode(), purpose="token",
            transport=Transport(timeout=config.timeout),
        )  # fmt: skip
        digest = hashlib.sha256(name.encode()).hexdigest()
        # A real policy seals with a secret that all nodes have; this one only has to run.
        seal = hashlib.sha256(b"a key that all nodes of a test have").digest()
        return Errand(
            digest, call, grace=config.grace, spent=config.spent, share=self._redis, seal=seal
        )


class Sharing(Plugin[SharingConfig]):
    """Does what a request tells it; for tests alone."""

    name: ClassVar[str] = "sharing"
    priority: ClassVar[int] = 17
    Config = SharingConfig

    def bind(self, config: SharingConfig, site: Site) -> Bound:
        return SharingBound(config, site)


plugin: Plugin[Any] = Sharing()


def as_distribution(directory: Path) -> str:
    """Write the entry point into a directory; return the PYTHONPATH by which it is found."""
    about = directory / "gatepost_sharing-1.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: gatepost-sharing\nVersion: 1\n")
    (about / "entry_points.txt").write_text(
        "[gatepost.plugins]\nsharing = tests.providers.sharing:plugin\n"
    )
    return f"{directory}:{ROOT}"
