import pytest

from gatepost.authorizer.binding import Refused, prepare, revocations_of
from gatepost.plugin import PlanDefinition, Registry, Revocation, content
from gatepost.values import Tag, TagKind
from tests.unit.plugin.policies import Key

pytestmark = pytest.mark.anyio

REGISTRY = Registry([Key()])


def definition(route: str) -> PlanDefinition:
    instances = [{"name": "key", "instance": "i", "config": {}}]
    return PlanDefinition.of(content(route=route, plugins=instances), b"s")


async def test_many_plans_are_bound() -> None:
    made = [definition(str(number)) for number in range(50)]
    found = await prepare({"plans": {one.id: one.text for one in made}}, {}, REGISTRY, b"s")
    assert len(found.plans) == 50
    assert found.people is None
    again = await prepare({"live": [made[0].id]}, found.plans, REGISTRY, b"s")
    assert again.plans == {made[0].id: found.plans[made[0].id]}


@pytest.mark.parametrize("text", ["{", "{}", "[]", '{"code":"x"}'])
async def test_a_malformed_definition_is_refused(text: str) -> None:
    from gatepost.plugin import plan_id

    name = plan_id(text, b"s")
    with pytest.raises(Refused) as raised:
        await prepare({"plans": {name: text}}, {}, REGISTRY, b"s")
    assert raised.value.plan == name


async def test_consumers_have_groups() -> None:
    data = {"consumers": [{"id": "1", "username": "a", "custom_id": None, "groups": ["g"]}]}
    found = await prepare(data, {}, REGISTRY, b"s")
    assert found.people is not None
    person = found.people.find("username", "a")
    assert person is not None
    assert person.groups == ("g",)


async def test_revocations_are_read() -> None:
    one = Revocation(1, Tag.of(TagKind.ISSUER, "i"), 5.0)
    assert revocations_of([one.to_json()]) == [one]
    with pytest.raises(Refused, match="list"):
        revocations_of({})
