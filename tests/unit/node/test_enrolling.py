import asyncio
import time
from pathlib import Path

import pytest

from gatepost.feed.patience import Patience
from gatepost.node.enrolling import become_member
from gatepost.node.identity import Identity
from gatepost.values import Address, Fault, Secret
from tests.ports import free_port
from tests.providers.cluster import PLANE, QUICK, Cluster, cluster

pytestmark = pytest.mark.anyio


async def join(
    made: Cluster, identity: Identity, token: str | None, *, patience: Patience = QUICK,
    now: float = 0.0,
) -> Address:  # fmt: skip
    places = await become_member(
        identity,
        Secret(token) if token else None,
        (),
        patience=patience,
        problem=lambda _: None,
        now=lambda: time.time() + now,
    )
    return places.current


async def test_a_token_is_used_once_and_not_needed_again(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made:
        identity, token = Identity(tmp_path / "n"), made.token()
        assert await join(made, identity, token) == made.address
        assert identity.passport.member.plane == PLANE
        before = identity.file.read_bytes()
        assert await join(made, identity, None) == made.address
        assert await join(made, identity, token) == made.address  # it stands in a unit file
        assert identity.file.read_bytes() == before


async def test_a_crash_before_the_certificate_was_kept_costs_no_token(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made:
        identity, token = Identity(tmp_path / "n"), made.token()
        identity.request()
        key = (identity.directory / "key.pem").read_bytes()
        await join(made, identity, token)
        for name in ("identity.pem", "enrolled.json"):  # as if it had never been written
            (identity.directory / name).unlink()
        (identity.directory / "key.pem").write_bytes(key)
        again = Identity(tmp_path / "n")
        await join(made, again, token)
        assert again.node == identity.node


async def test_without_a_token_it_says_what_to_do(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made:
        with pytest.raises(Fault) as caught:
            await join(made, Identity(tmp_path / "n"), None)
        assert caught.value.code == "enrolment.needed"
        assert "--token" in caught.value.message


async def test_a_token_that_is_no_good_does_not_hurt_a_node_that_has_a_certificate(
    tmp_path: Path,
) -> None:
    async with cluster(tmp_path) as made:
        identity = Identity(tmp_path / "n")
        await join(made, identity, made.token())
        before = identity.file.read_bytes()
        late = made.token(life=-1.0)
        assert await join(made, identity, late) == made.address
        assert identity.file.read_bytes() == before
        with pytest.raises(Fault) as caught:
            await join(made, Identity(tmp_path / "other"), late)
        assert caught.value.code == "enrolment.expired"


async def test_an_expired_certificate_is_replaced_with_the_next_token(tmp_path: Path) -> None:
    async with cluster(tmp_path, life=1.0) as made:
        identity = Identity(tmp_path / "n")
        await join(made, identity, made.token())
        await made.listener.stop()
        await made.start(life=1000.0)
        await join(made, identity, made.token(), now=5.0)
        assert identity.passport.expires > time.time() + 100


async def test_a_token_of_another_plane_moves_the_node(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made:
        identity = Identity(tmp_path / "n")
        await join(made, identity, made.token())
        identity.configuration.write_text("{}")
        await join(made, identity, made.token("plane-b"))
        assert identity.passport.member.plane == "plane-b"
        assert not identity.configuration.exists()


async def test_a_revoked_node_comes_back_as_another(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made:
        identity = Identity(tmp_path / "n")
        await join(made, identity, made.token())
        before = identity.node
        made.kept.members.revoked[before] = "stolen"
        identity.revoked()
        await join(made, identity, made.token())
        assert identity.node != before
        assert identity.enrolment is not None
        assert not identity.enrolment.revoked


async def test_a_control_plane_that_is_away_is_waited_for(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made:
        await made.listener.stop()
        problems: list[str | None] = []
        joining = asyncio.create_task(
            become_member(
                Identity(tmp_path / "n"), Secret(made.token()), (),
                patience=QUICK, problem=problems.append,
            )
        )  # fmt: skip
        await asyncio.sleep(0.3)
        assert not joining.done()
        assert "cannot be reached" in str(problems[0])
        await made.start()
        assert (await asyncio.wait_for(joining, 5)).current == made.address
        assert problems[-1] is None


async def test_a_forged_control_plane_ends_it_though_there_is_a_certificate(
    tmp_path: Path,
) -> None:
    async with cluster(tmp_path) as made, cluster(tmp_path) as other:
        identity = Identity(tmp_path / "n")
        await join(made, identity, made.token())
        made.address, real = other.address, made.address
        token = made.token()
        made.address = real
        with pytest.raises(Fault) as caught:
            await join(made, identity, token)
        assert caught.value.code == "enrolment.forged"
        assert all(one.used_by is None for one in other.kept.tickets.held.values())


async def test_an_address_that_is_given_wins_over_that_of_the_token(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made:
        real, made.address = made.address, Address("127.0.0.1", free_port())
        token = Secret(made.token())
        made.address = real
        found = await become_member(
            Identity(tmp_path / "n"), token, (real,), patience=QUICK, problem=lambda _: None
        )
        assert list(found) == [real]


async def test_of_several_addresses_the_next_is_tried_and_all_are_remembered(
    tmp_path: Path,
) -> None:
    async with cluster(tmp_path) as made:
        nobody = Address("127.0.0.1", free_port())
        identity = Identity(tmp_path / "n")
        found = await become_member(
            identity, Secret(made.token()), (nobody, made.address),
            patience=QUICK, problem=lambda _: None,
        )  # fmt: skip
        assert found.current == made.address
        later = await become_member(
            identity, None, (), patience=QUICK, problem=lambda _: None
        )  # without a token, from what it noted
        assert list(later) == [nobody, made.address]
