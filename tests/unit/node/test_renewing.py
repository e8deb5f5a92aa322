import asyncio
import time
from pathlib import Path

import pytest

from gatepost.node.enrolling import become_member
from gatepost.node.identity import Identity
from gatepost.node.renewing import Renewing
from gatepost.values import Secret
from tests.providers.cluster import QUICK, cluster, until

pytestmark = pytest.mark.anyio


async def test_it_is_renewed_at_two_thirds_and_tried_again_where_that_fails(
    tmp_path: Path,
) -> None:
    async with cluster(tmp_path, life=20.0) as made:
        identity = Identity(tmp_path / "n")
        place = await become_member(
            identity, Secret(made.token()), (), patience=QUICK, problem=lambda _: None
        )
        first, key = identity.passport, identity.file.read_bytes()[:300]
        times: list[float] = []

        async def renewed() -> None:
            times.append(identity.passport.expires)

        renewing = Renewing(identity, place, renewed, now=lambda: time.time() + 15.0)
        await made.listener.stop()
        running = asyncio.create_task(renewing.run())
        await until(lambda: renewing.problem is not None, "it is tried")
        assert "cannot be reached" in str(renewing.problem)
        await made.start(life=600.0)
        await until(lambda: times, "it is renewed")
        running.cancel()
        assert renewing.problem is None
        assert times[0] > first.expires + 100
        assert identity.passport.member == first.member
        assert identity.file.read_bytes()[:300] != key, "with a new key"
        assert not (identity.directory / "key.pem").exists()
