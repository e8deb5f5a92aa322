import pytest

from gatepost.console.consumers.words import called, sought
from tests.unit.console.shown import admin_api


def test_a_consumer_is_called_by_the_first_name_that_it_has() -> None:
    assert called({"username": "ann", "custom_id": "c", "id": "1"}) == "ann"
    assert called({"username": None, "custom_id": "c", "id": "1"}) == "c"
    assert called({"id": "1"}) == "1"


@pytest.mark.anyio
async def test_what_is_found_looks_like_what_is_listed() -> None:
    async with admin_api() as (api, answers):
        answers.say("/search", {"data": [{"id": "1", "name": "ann", "about": "x"}], "total": 1})
        page = await sought(api, "consumers", "a" * 500)
        assert page.items == [{"id": "1", "username": "ann", "name": "ann", "about": "x"}]
        assert page.next is None
        assert dict(answers.asked[0].query)["q"] == "a" * 200
