"""Remembering, and not remembering, through a real nginx with two workers."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvloop

from gatepost.engine import Zones
from gatepost.plugin import Revocation
from gatepost.values import Tag, TagKind
from tests.differential.client import Lane, Response
from tests.differential.gate import Gate
from tests.differential.plans import Chain, rules_of
from tests.differential.plugins import ISSUER
from tests.integration.engine_world import Answer, changed
from tests.integration.recorder import Recorder

pytestmark = pytest.mark.integration

DOOR: Chain = [("door", {"place": "header:authorization"})]
ANONYMOUS: Chain = [("door", {"place": "header:authorization", "anonymous": "nobody"})]
ONCE: Chain = [*DOOR, ("hostile", {"reads": [], "mode": "time"})]


@pytest.fixture(scope="module")
def upstream() -> Iterator[Recorder]:
    with Recorder() as recorder:
        yield recorder


@pytest.fixture(scope="module")
def shared(upstream: Recorder) -> Iterator[Gate]:
    """A gate that tests share: each uses credentials of its own."""
    with Gate() as gate:
        opened(gate, upstream, [DOOR, ANONYMOUS, ONCE])
        yield gate


@pytest.fixture
def gate(shared: Gate) -> Gate:
    shared.asked()
    return shared


def opened(gate: Gate, upstream: Recorder, chains: list[Chain]) -> None:
    rules = rules_of(chains, gate.secret, upstream.port)
    gate.load(rules.snapshot, rules.definitions, rules.specs)


def call(gate: Gate, token: str | None, place: int = 0, **more: str) -> Answer:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return gate.world.get(f"/p{place:02}/x", headers={**headers, **more})


def lines(tokens: list[str], place: int = 0) -> list[bytes]:
    return [
        b"GET /p%02d/x HTTP/1.1\r\nHost: gate.test\r\nAuthorization: Bearer %s\r\n\r\n"
        % (place, token.encode())
        for token in tokens
    ]


def together(gate: Gate, requests: list[bytes], lanes: int) -> list[Response]:
    """Send requests over that many connections at once; answers in no order."""

    async def go() -> list[Response]:
        waiting, answers = iter(requests), []

        async def work() -> None:
            lane = Lane(gate.port)
            for request in waiting:
                answers.append(await lane.send(request))  # noqa: PERF401
            lane.close()

        await asyncio.gather(*(work() for _ in range(lanes)))
        return answers

    return uvloop.run(go())


def revocation(kind: TagKind, *parts: str) -> Revocation:
    return Revocation(1, Tag.of(kind, *parts), not_before=2000.0)


def test_two_hundred_concurrent_first_requests_are_one_question(gate: Gate) -> None:
    gate.behave(delay=0.4)
    answers = together(gate, lines(["good-flight"] * 200), 200)
    gate.behave()
    assert Counter(answer.status for answer in answers) == {200: 200}
    assert len(gate.asked()) == 1


def test_refusals_are_shared_in_flight_too(gate: Gate) -> None:
    gate.behave(delay=0.4)
    answers = together(gate, lines(["bad-flight"] * 100), 100)
    gate.behave()
    assert Counter(answer.status for answer in answers) == {401: 100}
    assert len(gate.asked()) == 1


def test_what_is_for_one_request_only_is_never_shared(gate: Gate) -> None:
    gate.behave(delay=0.2)
    answers = together(gate, lines(["good-once"] * 50, place=2), 50)
    gate.behave()
    assert Counter(answer.status for answer in answers) == {200: 50}
    assert len(gate.asked()) == 50


def test_a_revocation_that_lands_while_the_question_is_in_flight_wins(gate: Gate) -> None:
    async def go() -> Response:
        gate.behave(delay=1.8)
        lane = Lane(gate.port)
        asking = asyncio.create_task(lane.send(lines(["good-raced"])[0]))
        await asyncio.to_thread(gate.wait_for_question)  # judged good; the answer is on its way
        new = revocation(TagKind.CLIENT, ISSUER, "good-raced")
        await asyncio.to_thread(gate.revoke, new)
        await asyncio.to_thread(gate.behave)
        answer = await asking
        lane.close()
        return answer

    assert uvloop.run(go()).status == 401
    assert len(gate.asked()) == 2
    assert call(gate, "good-raced").status == 401


def test_everybody_who_waits_learns_of_a_revocation_in_flight(gate: Gate) -> None:
    async def go() -> list[Response]:
        gate.behave(delay=1.8)
        lanes = [Lane(gate.port) for _ in range(40)]
        request = lines(["good-raced-by-many"])[0]
        asking = [asyncio.create_task(lane.send(request)) for lane in lanes]
        await asyncio.to_thread(gate.wait_for_question)
        new = revocation(TagKind.CLIENT, ISSUER, "good-raced-by-many")
        await asyncio.to_thread(gate.revoke, new)
        await asyncio.to_thread(gate.behave)
        answers = await asyncio.gather(*asking)
        for lane in lanes:
            lane.close()
        return answers

    assert Counter(answer.status for answer in uvloop.run(go())) == {401: 40}


def test_what_was_revoked_is_refused_on_every_worker_at_once(gate: Gate) -> None:
    warm = together(gate, lines(["good-dropped"] * 60), 20)
    assert {answer.status for answer in warm} == {200}
    gate.revoke(revocation(TagKind.CLIENT, ISSUER, "good-dropped"))
    answers = together(gate, lines(["good-dropped"] * 60), 20)
    assert {answer.status for answer in answers} == {401}


def test_a_revocation_reaches_the_engine_when_every_authorizer_is_dead(
    upstream: Recorder,
) -> None:
    with Gate() as own:
        opened(own, upstream, [DOOR])
        together(own, lines(["good-1", "good-2"] * 20), 10)
        own.stop_authorizer()
        own.revoke(revocation(TagKind.CLIENT, ISSUER, "good-1"), authorizer=False)
        refused = together(own, lines(["good-1"] * 20), 10)
        served = together(own, lines(["good-2"] * 20), 10)
        assert {answer.status for answer in refused} == {503}
        assert {answer.status for answer in served} == {200}


def test_a_dead_authorizer_is_503_with_retry_after_and_not_remembered(
    upstream: Recorder,
) -> None:
    with Gate() as own:
        opened(own, upstream, [DOOR])
        own.stop_authorizer()
        answer = call(own, "good-1")
        assert (answer.status, answer.header("Retry-After")) == (503, "1")
        own.start_authorizer()
        opened(own, upstream, [DOOR])
        assert call(own, "good-1").status == 200


def test_an_authorizer_that_answers_garbage_is_503_and_not_remembered(gate: Gate) -> None:
    gate.behave(garbage=True)
    answer = call(gate, "good-garbled")
    gate.behave()
    assert (answer.status, answer.header("Retry-After")) == (503, "1")
    assert call(gate, "good-garbled").status == 200


@pytest.mark.slow
def test_an_authorizer_that_is_too_slow_is_503_and_not_remembered(gate: Gate) -> None:
    gate.behave(delay=7)
    begin = time.monotonic()
    answer = call(gate, "good-slow")
    assert time.monotonic() - begin < 5
    gate.behave()
    assert (answer.status, answer.header("Retry-After")) == (503, "1")
    assert call(gate, "good-slow").status == 200


def test_unavailability_never_becomes_anonymous(gate: Gate) -> None:
    gate.behave(garbage=True)
    answer = call(gate, "good-away", place=1)
    gate.behave()
    assert answer.status == 503


def test_dpop_is_never_remembered(gate: Gate) -> None:
    for _ in range(2):
        assert call(gate, "good-bound").status == 200  # its token is bound to a key
        scheme = {"Authorization": "DPoP good-scheme"}
        assert gate.world.get("/p00/x", headers=scheme).status == 200
        assert call(gate, "good-proof", DPoP="proof").status == 200
    assert len(gate.asked()) == 6


def test_refusals_live_in_a_zone_of_their_own(gate: Gate) -> None:
    def keys(zone: str) -> int:
        return int(gate.surgery(f"return #ngx.shared.{zone}:get_keys(0)"))

    before = keys("l2"), keys("refused")
    call(gate, "bad-zoned")
    assert (keys("l2"), keys("refused")) == (before[0], before[1] + 1)
    call(gate, "bad-zoned", place=1)  # forwarded as nobody: it lives with the refusals
    assert (keys("l2"), keys("refused")) == (before[0], before[1] + 2)
    call(gate, "good-zoned")
    assert (keys("l2"), keys("refused")) == (before[0] + 1, before[1] + 2)


def test_a_lost_generation_means_forget(gate: Gate) -> None:
    together(gate, lines(["good-lost"] * 20), 10)
    assert len(gate.asked()) == 1
    gate.surgery('return ngx.shared.generations:delete("g")')
    together(gate, lines(["good-lost"] * 6), 3)
    assert len(gate.asked()) == 6  # nothing can be remembered without one
    gate.revoke(revocation(TagKind.CLIENT, ISSUER, "nobody at all"))
    together(gate, lines(["good-lost"] * 20), 10)
    assert 1 <= len(gate.asked()) <= 2  # a new life, in which nothing of the old one counts
    together(gate, lines(["good-lost"] * 20), 10)
    assert gate.asked() == []


def test_a_revocation_while_the_generation_is_lost_is_not_lost(gate: Gate) -> None:
    together(gate, lines(["good-unlucky"] * 20), 10)
    gate.surgery('return ngx.shared.generations:delete("g")')
    gate.revoke(revocation(TagKind.CLIENT, ISSUER, "good-unlucky"))
    answers = together(gate, lines(["good-unlucky"] * 20), 10)
    assert {answer.status for answer in answers} == {401}


def test_forgetting_everything_asks_anew(gate: Gate) -> None:
    together(gate, lines(["good-forgotten"] * 20), 10)
    assert len(gate.asked()) == 1
    gate.world.sent("/forget", b"")
    together(gate, lines(["good-forgotten"] * 20), 10)
    assert len(gate.asked()) == 1


def test_a_decision_is_dropped_at_its_deadline(gate: Gate) -> None:
    ends = time.time() + 3
    token = f"good-until-{ends:.2f}"
    together(gate, lines([token] * 20), 10)
    assert len(gate.asked()) == 1
    time.sleep(max(0.0, ends - time.time()) + 0.1)
    together(gate, lines([token] * 4), 2)
    assert len(gate.asked()) >= 1


def test_a_step_back_of_the_clock_forgets_everything(gate: Gate) -> None:
    # The watcher compares two clocks; a worker's view of their distance is bent, as if it stepped.
    together(gate, lines(["good-stepped"] * 20), 10)
    assert len(gate.asked()) == 1
    gate.surgery(
        'local clock = require "gatepost.clock" local real = clock.offset '
        "clock.offset = function() clock.offset = real return real() - 5 end return 1"
    )
    gate.world.wait(lambda: call(gate, "good-stepped").status == 200 and bool(gate.asked()))


def test_level_two_survives_a_reload_and_nothing_survives_a_restart(upstream: Recorder) -> None:
    with Gate() as own:
        opened(own, upstream, [DOOR])
        assert call(own, "good-1").status == 200
        own.revoke(revocation(TagKind.CLIENT, ISSUER, "good-2"))
        own.world.reload()
        assert call(own, "good-1").status == 200
        assert call(own, "good-2").status == 401
        assert len(own.asked()) == 2
        own.world.stop()
        own.world.shelf.forget()
        own.world.start()
        own.stop_authorizer()
        own.start_authorizer()  # the secret is new, and so are the plans
        own.forget_plans()
        opened(own, upstream, [DOOR])
        assert call(own, "good-1").status == 200
        assert len(own.asked()) == 1


def test_both_levels_are_bounded_and_still_right(upstream: Recorder) -> None:
    small = changed(
        memory_bytes=128 << 10,
        refused_bytes=64 << 10,
        refusal_rate=1e6,
        refusal_burst=1e6,
        zones=Zones(conf=4 << 20, l2=256 << 10, refused=128 << 10),
    )
    with Gate(settings=small) as own:
        opened(own, upstream, [DOOR])
        tokens = [f"{kind}-{n}" for n in range(1500) for kind in ("good", "bad")]
        for _ in range(2):
            found = Counter(answer.status for answer in together(own, lines(tokens), 16))
            assert found == {200: 1500, 401: 1500}
        time.sleep(1.2)
        counters = own.world.control("GET", "/metrics").json()["counters"]
        assert own.decisions()["evicted"] > 100
        assert own.decisions()["evicted_refused"] > 100
        for worker in (0, 1):
            assert counters[f"bytes\tlevel1\t{worker}"] <= 128 << 10
            assert counters[f"bytes\tlevel1_refused\t{worker}"] <= 64 << 10


@pytest.mark.slow
def test_a_flood_of_bad_tokens_cannot_push_good_ones_out(upstream: Recorder) -> None:
    zones = Zones(conf=4 << 20, l2=1 << 20, refused=1 << 20)
    roomy = changed(refusal_rate=1e6, refusal_burst=1e6, zones=zones)
    with Gate(settings=roomy) as own:
        opened(own, upstream, [DOOR])
        good = lines([f"good-{n}" for n in range(200)])
        together(own, good * 8, 16)
        own.asked()
        together(own, lines([f"bad-{n}" for n in range(50_000)]), 32)
        assert len(own.asked()) == 50_000
        answers = together(own, good * 2, 16)
        assert {answer.status for answer in answers} == {200}
        assert own.asked() == []
        assert int(own.surgery("return ngx.shared.refused:capacity()")) == 1 << 20


def test_the_budget_of_refused_questions_spares_what_is_remembered(upstream: Recorder) -> None:
    with Gate(settings=changed(refusal_rate=5.0, refusal_burst=50.0)) as own:
        opened(own, upstream, [DOOR, ANONYMOUS])
        good = lines(["good-1"])
        together(own, good * 20, 10)
        found = together(own, lines([f"bad-{n}" for n in range(1000)]), 10)
        limited = [answer for answer in found if answer.status == 429]
        assert {answer.status for answer in found} == {401, 429}
        assert len(limited) > 800
        assert all(int(answer.all("retry-after")[0]) >= 1 for answer in limited)
        assert {answer.status for answer in together(own, good * 20, 10)} == {200}
        assert call(own, "good-new").status == 429  # nobody new from there is asked about
        assert len(own.asked()) < 200


def test_bad_tokens_let_through_as_nobody_count_as_refused(upstream: Recorder) -> None:
    with Gate(settings=changed(refusal_rate=5.0, refusal_burst=50.0)) as own:
        opened(own, upstream, [DOOR, ANONYMOUS])
        found = together(own, lines([f"bad-{n}" for n in range(500)], place=1), 10)
        assert {answer.status for answer in found} == {200, 429}


def test_an_ipv6_client_is_one_client_whatever_address_it_takes_of_its_own(
    upstream: Recorder,
) -> None:
    settings = changed(refusal_rate=1.0, refusal_burst=20.0, trusted=("127.0.0.0/8",))
    with Gate(settings=settings) as own:
        opened(own, upstream, [DOOR])

        def knock(address: str, number: int) -> int:
            return call(own, f"bad-{number}", **{"X-Forwarded-For": address}).status

        rotating = [knock(f"2001:db8:1:2:{n:x}::{n:x}", n) for n in range(1, 61)]
        assert rotating[:20] == [401] * 20
        assert rotating[40:] == [429] * 20
        assert knock("2001:db8:1:2:ffff:ffff:ffff:ffff", 70) == 429
        assert knock("2001:db8:1:3::1", 71) == 401  # its neighbour's network
        assert {knock(f"192.0.2.{n}", 100 + n) for n in range(1, 61)} == {401}
        one = [knock("192.0.2.77", 200 + n) for n in range(40)]
        assert one[:20] == [401] * 20
        assert one[-1] == 429
        assert knock("::ffff:192.0.2.77", 300) == 429  # the same client, written as IPv6
        assert knock("::ffff:192.0.2.78", 301) == 401


def test_no_credential_is_written_to_a_log(gate: Gate) -> None:
    logs = [gate.world.root / "stderr", gate.world.settings.log, gate.world.root / "authorizer.log"]
    text = "".join(path.read_text() for path in logs if Path(path).exists())
    assert "good-" not in text
    assert "bad-" not in text
