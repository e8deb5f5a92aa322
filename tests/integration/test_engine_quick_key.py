"""The quick half of the extractor against the strict one, and both against Python's.

A location of the test's own answers, for any request and any attributes, the place that the quick
half gives and the key that the strict half gives, as digests. Two requests with the same place must
have the same key: what is remembered under a place is remembered under that key.
"""

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import pytest
import uvloop

from gatepost.engine.question import write_key
from gatepost.plugin import Attribute, HttpRequest, Refusal, extract
from gatepost.values import Headers
from tests.differential.client import Lane, Response
from tests.differential.gate import Settings
from tests.differential.mutants import MUTANTS, Mutant, readable, with_lua
from tests.differential.requests import Draft, Drafts, seen
from tests.integration.engine_world import EngineWorld

pytestmark = pytest.mark.integration

FULL = (
    "bit:body", "bit:cookie-prefix:flow_", "bit:method:DELETE", "bit:navigation",
    "bit:path-suffix:/logout", "bit:preflight", "bit:query:code", "cookie:sid", "cookies:sid2",
    "cookies:sid3", "header:authorization", "header:x-key", "query:key",
)  # fmt: skip
PLANS = (
    FULL,
    ("bit:navigation", "cookies:sid", "header:authorization"),
    ("bit:navigation", "cookie:sid"),
    ("cookies:c", "cookies:sid", "header:authorization"),
    ("bit:cookie-prefix:s", "bit:grpc", "cookies:sid", "header:authorization", "queries:q"),
    ("cookies:c", "header:authorization", "headers:x-b"),
    ("bit:cookie-prefix:flow_", "bit:navigation", "header:authorization"),
    ("bit:method:GET,HEAD", "bit:path-suffix:t", "cookies:other", "cookies:sid"),
)
"""Attributes; the session is ``sid`` wherever it is one of them."""

_LOOK = """
    location = /.look {
      content_by_lua_block {
        local simple, extract = require "gatepost.simple", require "gatepost.extract"
        local headers, attributes = ngx.req.get_headers(0), {}
        for one in string.gmatch(headers["x-attributes"], "%S+") do
          attributes[#attributes + 1] = one
        end
        local method, path = ngx.req.get_method(), headers["x-path"]
        local args = string.match(ngx.var.request_uri, "%?(.*)$")
        local place = simple.compile(attributes, "sid")(method, path)(ngx.var, args)
        local key, status = extract.all(extract.compile(attributes), method, path, args)
        ngx.header["X-Place"] = place and ngx.md5(type(place) .. place) or "none"
        ngx.header["X-Key"] = key and ngx.md5(table.concat(key)) or status
        ngx.header["Content-Length"] = 0
      }
    }
    location / {"""


@dataclass(frozen=True)
class Look:
    """What both halves say of a request: digests, ``none`` for no place, a status for no key."""

    place: str
    key: str

    @staticmethod
    def of(response: Response) -> "Look":
        assert response.status == 200, response
        return Look(response.all("x-place")[0], response.all("x-key")[0])


def world(settings: Settings = lambda same: same) -> EngineWorld:
    def with_look(conf: str) -> str:
        assert "    location / {" in conf
        return conf.replace("    location / {", _LOOK)

    return EngineWorld('{"_format_version": "3.0"}', settings=settings, extra_conf=with_look)


@pytest.fixture(scope="module")
def gate() -> Iterator[EngineWorld]:
    with world() as found:
        yield found


def asking(draft: Draft, request: HttpRequest, plan: tuple[str, ...]) -> bytes:
    """Return a draft's bytes, sent to the location that tells."""
    own = ((b"X-Path", request.path.encode("latin-1")), (b"X-Attributes", " ".join(plan).encode()))
    _, _, rest = replace(draft, fields=(*draft.fields, *own)).bytes(b"0").partition(b"\r\n")
    question = b"" if request.args is None else b"?" + request.args.encode("latin-1")
    return draft.method + b" /.look" + question + b" HTTP/1.1\r\n" + rest


def in_python(plan: tuple[str, ...], request: HttpRequest) -> str:
    attributes = [Attribute.parse(text) for text in plan]
    keyed = extract(attributes, request)
    if isinstance(keyed, Refusal):
        return str(keyed.status)
    return hashlib.md5(write_key(keyed, attributes), usedforsecurity=False).hexdigest()


def drafts(random: Random, families: int) -> Iterator[tuple[Draft, HttpRequest]]:
    """Yield families of drafts, each a few small steps from the first of its family."""
    source = Drafts(random, places=1)
    for _ in range(families):
        draft = first = source.fresh()
        for at in range(12):
            look = seen(draft, 80)
            if look.request is not None and draft.absolute is None:
                yield draft, look.request
            draft = source.step(draft if at % 2 else first)


async def compared(
    port: int, random: Random, families: int
) -> tuple[list[str], dict[tuple[str, ...], dict[str, int]]]:
    """Return what is wrong, and for each plan how many requests had which place."""
    wrong: list[str] = []
    keys: dict[tuple[tuple[str, ...], str], dict[str, Draft]] = defaultdict(dict)
    places: dict[tuple[str, ...], dict[str, int]] = {plan: defaultdict(int) for plan in PLANS}
    waiting = iter([(plan, *one) for one in drafts(random, families) for plan in PLANS])

    async def work() -> None:
        lane = Lane(port)
        for plan, draft, request in waiting:
            data = asking(draft, request, plan)
            look = Look.of(await lane.send(data, head=draft.method == b"HEAD"))
            if look.key != in_python(plan, request):
                wrong.append(f"Lua and Python disagree: {plan} {draft}")
            places[plan][look.place] += 1
            if look.place != "none":
                keys[plan, look.place].setdefault(look.key, draft)
        lane.close()

    await asyncio.gather(*(work() for _ in range(8)))
    wrong += [
        f"one place, {len(found)} keys: {plan} {list(found.values())[:2]}"
        for (plan, _), found in keys.items()
        if len(found) > 1
    ]
    return wrong, places


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, None])
def test_two_requests_with_one_place_have_one_key(gate: EngineWorld, seed: int | None) -> None:
    seed = Random().randrange(10**9) if seed is None else seed
    wrong, places = uvloop.run(compared(gate.port, Random(seed), families=120))
    assert not wrong, "\n".join([f"seed {seed}", *wrong[:5]])
    for plan, found in places.items():
        again = sum(count for place, count in found.items() if place != "none" and count > 1)
        assert again > 100, f"too few meet in one place to prove anything: {plan} {found}"


@pytest.mark.slow
@pytest.mark.parametrize(
    "mutant",
    [one for one in MUTANTS if one.file == "simple.lua"],
    ids=lambda mutant: mutant.fault.replace(" ", "-"),
)
def test_a_quick_half_that_overlooks_something_is_found_out(mutant: Mutant, tmp_path: Path) -> None:
    home = mutant.lua(readable(tmp_path))
    with world(lambda settings: with_lua(settings, home)) as found:
        for seed in range(4):
            wrong, _ = uvloop.run(compared(found.port, Random(seed), families=120))
            if wrong:
                return
    pytest.fail(f"nobody noticed that the engine forgets {mutant.fault}")


def look(gate: EngineWorld, *fields: tuple[bytes, bytes], plan: tuple[str, ...] = FULL) -> Look:
    draft = Draft(0, fields=fields)
    request = HttpRequest(path="/x", headers=Headers())

    async def go() -> Response:
        lane = Lane(gate.port)
        try:
            return await lane.send(asking(draft, request, plan))
        finally:
            lane.close()

    return Look.of(uvloop.run(go()))


SESSION = (b"Cookie", b"sid=" + b"s" * 1400)
PAGE = (b"Accept", b"text/html,application/xhtml+xml")
QUICK: tuple[tuple[tuple[bytes, bytes], ...], ...] = (
    (),
    (SESSION,),
    (SESSION, PAGE),
    (SESSION, (b"Sec-Fetch-Mode", b"navigate"), PAGE),
    (SESSION, (b"Sec-Fetch-Mode", b"cors"), (b"Accept", b"*/*")),
    (SESSION, (b"X-Requested-With", b"XMLHttpRequest"), PAGE),
    ((b"Cookie", b"theme=dark; sid=1; lang=en"),),
    ((b"Cookie", b"sid=1; theme=dark; lang=en"),),
    ((b"Cookie", b"a=1;b=2;  c=3; sid=1; xsid=2; ci_sid=3; flow=1"),),
    ((b"Cookie", b"theme=dark"), (b"Cookie", b"sid=1")),
    ((b"Cookie", b"sid="),),
    ((b"Cookie", b"sid=1; sid2=2"),),
    ((b"Cookie", b"a=1; sid=1; sid2=2; sid3=3; b=2"), PAGE),
    ((b"Cookie", b'sid="1"'),),
    ((b"Cookie", b"theme=dark; lang=en"), (b"Authorization", b"Bearer 1")),
    ((b"Cookie", b"xsid=2; my_flow_=1"),),
)
"""What browsers and applications send all day."""


@pytest.mark.parametrize("fields", QUICK)
def test_what_comes_all_day_is_quick(
    gate: EngineWorld, fields: tuple[tuple[bytes, bytes], ...]
) -> None:
    assert look(gate, *fields).place != "none"


@pytest.mark.parametrize(
    "fields",
    [
        (SESSION, (b"Authorization", b"Bearer 1")),
        ((b"Authorization", b"sid=1"),),
        ((b"Authorization", b"id=1"),),
        ((b"Cookie", b"sid=1; sid=2"),),
        ((b"Cookie", b"sid=1"), (b"Cookie", b"sid=2")),
        ((b"Cookie", b"sid=1; sid3=3; sid2=2"),),
        ((b"Cookie", b"sid=1;sid2=2"),),
        ((b"Cookie", b"sid=1; a=1; sid2=2"),),
        ((b"Cookie", b"sid=1; sid2=2; sid2=2"),),
        ((b"Cookie", b"sid2=2; sid=1"),),
        ((b"Cookie", b"flow_1=2; sid=1"),),
        ((b"Cookie", b"sid=1;flow_1=2"),),
        ((b"Cookie", b"sid=1;\tflow_1=2"),),
        ((b"Cookie", b"sid=1;  sid3=2"),),
        ((b"Cookie", b"a=1;sid=1"),),
        ((b"Cookie", b"a=1;  sid=1"),),
        ((b"Cookie", b"\tsid=1"),),
        ((b"Cookie", b"flow_1=2"),),
        (PAGE,),
        (PAGE, (b"Authorization", b"Bearer 1")),
        (SESSION, PAGE, (b"Sec-Purpose", b"prefetch")),
        (SESSION, (b"Accept", b"*/*, text/html")),
        (SESSION, (b"Sec-Fetch-Mode", b"cors, navigate")),
        (SESSION, (b"Content-Type", b"application/json")),
        (SESSION, (b"X-Key", b"1")),
    ],
)
def test_what_is_unusual_is_left_to_the_strict_half(
    gate: EngineWorld, fields: tuple[tuple[bytes, bytes], ...]
) -> None:
    assert look(gate, *fields).place == "none"


def test_a_page_and_a_script_with_one_session_have_two_places(gate: EngineWorld) -> None:
    page, script = look(gate, SESSION, PAGE), look(gate, SESSION)
    assert page.place != script.place
    assert page.key != script.key


def test_other_cookies_beside_the_session_do_not_change_its_place(gate: EngineWorld) -> None:
    alone = look(gate, (b"Cookie", b"sid=1"))
    for cookie in (b"sid=1; theme=dark", b"theme=dark; sid=1", b"a=1; sid=1; b=2"):
        assert look(gate, (b"Cookie", cookie)) == alone
