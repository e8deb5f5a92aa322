import pytest

from gatepost.admin.access import Access
from gatepost.admin.guard import Door
from gatepost.admin.tokens import new_token
from gatepost.store.database import Database, Role
from gatepost.values import Address, Fault
from tests.admin_desk import judging_desk

pytestmark = pytest.mark.anyio


async def test_a_token_of_the_database_lets_in_with_its_role_until_it_is_revoked(
    database: Database, plane: str
) -> None:
    made = new_token()
    kept = await database.tokens.add(made.digest, name="ci", role=Role.OPERATOR, plane=plane)
    async with judging_desk(database, closed=True) as desk:
        status, shown = (
            await desk.ask("GET", "/auth/me", authorization=f"Bearer {made.text}")
        ).told
        told = {"name": "ci", "role": "operator", "how": "token", "plane": plane}
        assert (status, shown) == (200, told)
        await database.tokens.revoke(kept.id)
        said = await desk.ask("GET", "/auth/me", authorization=f"Bearer {made.text}")
        assert (said.status, said.headers["www-authenticate"]) == (401, "Bearer")


async def test_what_has_not_the_form_of_a_token_is_not_even_looked_for(database: Database) -> None:
    async with judging_desk(database, closed=True) as desk:
        for given in ("x", "gpa_short", "gpn_" + "a" * 43, "' OR 1=1"):
            status = (await desk.ask("GET", "/services", authorization=f"Bearer {given}")).status
            assert status == 401


async def test_a_door_that_others_reach_opens_only_when_somebody_has_a_token(
    database: Database,
) -> None:
    door = Door(Address("10.0.0.1", 8001))
    with pytest.raises(Fault) as caught:
        await Access(database, None).open(door)
    assert caught.value.code == "admin.open"
    await database.tokens.add(new_token().digest, name="ci", role=Role.ADMIN)
    await Access(database, None).open(door)


async def test_nobody_comes_in_before_the_door_is_open(database: Database) -> None:
    with pytest.raises(RuntimeError):
        await Access(database, None).judge(None, {}, True)  # type: ignore[arg-type]
