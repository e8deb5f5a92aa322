import pytest

from gatepost.admin.cluster import Cluster
from gatepost.feed.token import Token
from gatepost.store.database import Database, Node
from gatepost.values import Address, Fault

pytestmark = pytest.mark.anyio

ANY = Address("127.0.0.1", 0)


async def test_the_authority_is_made_once_and_every_token_pins_it(
    database: Database, plane: str
) -> None:
    pins = set()
    for _ in range(2):
        cluster = Cluster(database, ANY)
        assert await cluster.start() == str(cluster.address)
        try:
            made = await cluster.admit(plane, seconds=60)
        finally:
            await cluster.stop()
        token = Token.decode(made.text.reveal())
        assert (token.addresses, token.ident) == ((cluster.address,), made.enrolment.id)
        assert token.secret.reveal() not in repr(made)
        pins.add(token.fingerprint)
    assert len(pins) == 1


async def test_without_nodes_a_revocation_is_kept_for_those_that_will_come(
    database: Database, plane: str
) -> None:
    cluster = Cluster(database, ANY)
    await cluster.start()
    try:
        reached = await cluster.revoke(plane, [{"kind": "subject", "parts": ["i", "ann"]}])
        assert (reached.connected, reached.applied, reached.last) == (0, 0, 1)
        assert cluster.connected(plane) == frozenset()
    finally:
        await cluster.stop()
    assert await database.revocations.last(plane) == 1


async def test_before_it_listens_it_says_so(database: Database, plane: str) -> None:
    with pytest.raises(Fault) as caught:
        await Cluster(database, ANY).revoke(plane, [])
    assert (caught.value.code, caught.value.retry_after) == ("admin.starting", 1)


async def test_a_node_is_turned_away_once(database: Database, plane: str) -> None:
    await database.nodes.put(Node(plane, "n1"))
    cluster = Cluster(database, ANY)
    assert await cluster.dismiss(plane, "n1", "sold")
    assert not await cluster.dismiss(plane, "n1", "sold")
    assert not await cluster.dismiss(plane, "n2", "never seen")
