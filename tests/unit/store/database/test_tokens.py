import pytest

from gatepost.store.database import Database, Role
from tests.databases import Hands

pytestmark = pytest.mark.anyio

HASH = "ab" * 32


async def test_a_token_is_known_by_its_hash(database: Database, plane: str, clock: Hands) -> None:
    made = await database.tokens.add(HASH, name="ci", role=Role.OPERATOR, plane=plane)
    assert await database.tokens.known_by("cd" * 32) is None
    found = await database.tokens.known_by(HASH)
    assert found == made
    assert (found.role, found.plane, found.live(clock.now)) == (Role.OPERATOR, plane, True)
    assert await database.tokens.get("nobody") is None


async def test_its_last_use_is_remembered_by_the_minute(database: Database, clock: Hands) -> None:
    made = await database.tokens.add(HASH, name="ci", role=Role.ADMIN)
    uses = []
    for _ in range(4):
        clock.now += 40
        await database.tokens.known_by(HASH)
        used = await database.tokens.get(made.id)
        assert used is not None
        uses.append((used.last_used_at or 0) - made.created_at)
    assert uses == [40, 40, 120, 120]


async def test_a_token_ends_when_it_is_revoked_or_expires(database: Database, clock: Hands) -> None:
    made = await database.tokens.add(HASH, name="a", role=Role.VIEWER)
    brief = await database.tokens.add(
        "cd" * 32, name="b", role=Role.VIEWER, expires_at=clock.now + 5
    )
    assert await database.tokens.revoke(made.id)
    assert not await database.tokens.revoke(made.id)
    clock.now += 5
    found = {one.id: one for one in await database.tokens.all()}
    assert found.keys() == {made.id, brief.id}
    assert not any(one.live(clock.now) for one in found.values())


async def test_the_tokens_of_a_plane_go_with_it(database: Database) -> None:
    other = await database.planes.add("other")
    await database.tokens.add(HASH, name="a", role=Role.VIEWER, plane=other.id)
    await database.planes.remove(other.id)
    assert await database.tokens.all() == []


def test_a_role_is_known_by_its_name() -> None:
    assert Role.named("operator") is Role.OPERATOR
    assert Role.OPERATOR.word == "operator"
    with pytest.raises(ValueError, match="viewer, operator, admin"):
        Role.named("root")
