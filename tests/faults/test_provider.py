"""A provider that goes, comes back, and changes its keys."""

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from gatepost.oidc.compact import encode_segment
from tests.faults.load import load
from tests.faults.scene import CONFIGURATION, Scene, scene, wait

pytestmark = [pytest.mark.integration, pytest.mark.slow]

STORM = 3000


@pytest.fixture(scope="module")
def world() -> Iterator[Scene]:
    with scene(
        CONFIGURATION.replace("rediscovery_lifetime: 1", "rediscovery_lifetime: 30")
    ) as world:
        yield world


def test_the_first_request_with_a_new_key_passes(world: Scene) -> None:
    before = world.jwt()
    assert world.passes("jwt", before)
    world.rotate()
    assert world.passes("jwt", world.jwt())
    assert world.passes("jwt", before), "the old key is still published"


def test_unknown_key_ids_cause_a_handful_of_fetches(world: Scene) -> None:
    wait(lambda: all(world.passes("jwt", world.jwt(to)) for to in (0, 1)), "both know the keys")
    head, _, rest = world.mint().removeprefix("Bearer ").partition(".")
    assert head
    before = {name: world.calls(name) for name in ("keys", "discovery")}
    numbers = iter(range(STORM * 2))

    def following() -> tuple[str, str | None, bool]:
        header = b'{"alg":"RS256","typ":"at+jwt","kid":"made-up-%d"}' % next(numbers)
        return "/jwt/x", f"Bearer {encode_segment(header)}.{rest}", False

    with load(world.proxy_port, following) as found:
        wait(lambda: sum(found.answers.values()) >= STORM, f"{STORM} answers", 60)
    assert set(found.answers) == {(False, 401)}
    fetched = {name: world.calls(name) - before[name] for name in before}
    print(f"{sum(found.answers.values())} unknown key ids: {fetched}")
    assert fetched["keys"] <= 6, fetched
    assert fetched["discovery"] <= 6, fetched
    assert world.passes("jwt", world.jwt()), "known keys are not disturbed"


def test_a_stopped_provider_is_not_held_against_its_tokens(world: Scene) -> None:
    remembered, known_key = world.opaque(), world.jwt()
    waiting = [world.opaque() for _ in range(20)]
    assert world.passes("introspected", remembered)
    wait(lambda: world.passes("jwt", known_key), "the key is known")
    stopped = world.idp_process.popen
    stopped.send_signal(signal.SIGSTOP)
    try:
        assert world.passes("introspected", remembered)
        assert world.passes("jwt", known_key)
        with ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(lambda token: world.knock("introspected", token), waiting))
        assert {answer.status for answer in answers} == {503}
        assert all(int(answer.retry_after or 0) >= 1 for answer in answers)
    finally:
        stopped.send_signal(signal.SIGCONT)
    for token in waiting:
        wait(lambda token=token: world.passes("introspected", token), "it passes once asked", 5)


def test_a_provider_that_starts_anew_is_believed_without_a_restart(world: Scene) -> None:
    """Its keys are new and it knows none of its old tokens; the node learns both by itself."""
    port = world.idp.port
    before = world.opaque()
    assert world.passes("uncached", before)
    world.idp_process.stop()
    assert world.knock("uncached", before).status == 503
    world.start_idp_again(port)
    wait(lambda: world.passes("introspected", world.opaque()), "its new tokens pass", 5)
    wait(lambda: world.passes("client", world.client()), "its clients pass", 5)
    assert world.knock("uncached", before, good=False).status == 401
