import pytest

from gatepost.admin.looking import as_key, is_id, look, must
from gatepost.admin.problem import Refused
from tests.admin_desk import Desk


def test_an_id_is_known_by_its_form() -> None:
    assert is_id("01234567-89AB-cdef-0123-456789abcdef")
    assert not is_id("01234567-89ab-cdef-0123-456789abcde")
    assert not is_id("services")


def test_a_target_has_its_port_and_other_keys_stay() -> None:
    assert as_key("targets", "a.test") == "a.test:8000"
    assert as_key("targets", "a.test:99") == "a.test:99"
    assert as_key("targets", "a test") == "a test"
    assert as_key("services", "a.test") == "a.test"


@pytest.mark.anyio
async def test_entities_are_found_by_id_and_by_key_and_within_others(desk: Desk) -> None:
    made = await desk.make("/services", name="s", host="a.test")
    route = await desk.make("/services/s/routes", name="r", paths=["/"])
    ann = await desk.make("/consumers", username="ann")
    await desk.make("/consumers/ann/acls", group="staff")
    async with desk.control.database.reading(desk.control.plane) as reader:
        for text in ("r", route["id"], route["id"].upper()):
            found = await look(reader, "routes", text)
            assert found is not None
            assert found.id == route["id"]
        assert await look(reader, "routes", "r", ("service", made["id"]))
        assert await look(reader, "routes", "r", ("service", route["id"])) is None
        assert await look(reader, "acls", "staff", ("consumer", ann["id"]))
        assert await look(reader, "acls", "staff") is None, "two consumers may have it"
        with pytest.raises(Refused) as caught:
            await look(reader, "ca_certificates", "x")
        assert caught.value.body["code"] == 1
        with pytest.raises(Refused) as caught:
            await must(reader, "routes", "nobody")
        assert caught.value.status == 404
