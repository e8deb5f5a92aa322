import pytest

from gatepost.console.admin_api import AdminApi, Away, Invalid
from gatepost.console.services.making import (
    adopt,
    implement,
    make_service,
    make_version,
    place_of,
    renamed,
    slug,
)
from tests.unit.console.hands import HOSTILE
from tests.unit.console.shown import admin_api

pytestmark = [pytest.mark.anyio, pytest.mark.integration]
NEW = {"name": "Orders & more", "version": "v1", "url": "http://orders.internal:8080/api"}


async def test_package_version_service_and_route_are_made_and_belong_together(
    api: AdminApi,
) -> None:
    made = await make_service(api, {**NEW, "route": "/orders", "description": "What was bought"})
    version = await api.get(f"/service-versions/{made['version']['id']}")
    assert version["service"]["id"] == made["service"]["id"]
    assert version["service_package"]["id"] == made["package"]["id"]
    assert made["service"]["name"] == "orders-more-v1"
    assert made["service"]["path"] == "/api"
    assert made["route"]["paths"] == ["/orders"]
    assert made["route"]["service"]["id"] == made["service"]["id"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"url": "orders:80"}, "url"),
        ({"url": ""}, "url"),
        ({"route": "orders"}, "route.1"),
        ({"name": " "}, "name"),
        ({"version": "x" * 10_000}, "version"),
        ({"url": "", "host": "a b"}, "host"),
        ({"url": "http://a", "host": "b"}, "url"),
    ],
)
async def test_what_is_wrong_is_told_at_the_form_s_field_and_nothing_stays(
    api: AdminApi, wrong: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as told:
        await make_service(api, {**NEW, **wrong})
    assert any(place.split(".")[0] == field.split(".")[0] for place in told.value.fields), (
        told.value.fields
    )
    for path in ("/service-packages", "/services", "/service-versions", "/routes"):
        assert (await api.page(path)).items == [], path


async def test_what_could_not_be_taken_away_again_is_named() -> None:
    async with admin_api() as (api, answers):
        answers.say("/service-packages", {"id": "p1"})
        answers.say("/services", {"message": "no", "fields": {"url": "bad"}}, 400)
        answers.say("/service-packages/p1", {"message": "away"}, 503)
        with pytest.raises(Invalid) as told:
            await make_service(api, NEW)
    assert "Still there, delete it by hand: /service-packages/p1." in told.value.fields["@entity"]
    assert told.value.fields["url"] == "bad"


async def test_an_admin_api_that_goes_away_in_between_is_told_as_that() -> None:
    async with admin_api() as (api, answers):
        answers.say("/service-packages", {"id": "p1"})
        answers.say("/services", {"message": "The database is away."}, 503)
        with pytest.raises(Away, match=r"The database is away\..*/service-packages/p1"):
            await make_service(api, NEW)


async def test_a_hostile_name_is_kept_as_it_is_and_gives_a_plain_name_to_the_service(
    api: AdminApi,
) -> None:
    made = await make_service(api, {**NEW, "name": HOSTILE})
    assert made["package"]["name"] == HOSTILE
    assert made["service"]["name"] == "script-alert-1-script-7-7-v1"
    assert slug("\u202e") == ""


async def test_a_version_is_implemented_by_something_new_something_there_or_nothing(
    api: AdminApi,
) -> None:
    package = (await make_service(api, NEW))["package"]
    later = await make_version(api, package, {"version": "v2"})
    assert later["service"] is None
    there = await api.post("/services", {"name": "there", "url": "http://there"})
    third = await make_version(api, package, {"version": "v3", "service": "there"})
    assert third["service"]["id"] == there["id"]
    fourth = await make_version(api, package, {"version": "v4", "url": "http://four"})
    assert (await api.get(f"/services/{fourth['service']['id']}"))["name"] == "orders-more-v4"
    with pytest.raises(Invalid, match="There is no gateway service 'nowhere'"):
        await make_version(api, package, {"version": "v5", "service": "nowhere"})
    with pytest.raises(Invalid):
        await make_version(api, package, {"version": "v1", "url": "http://again"})
    names = {one["name"] for one in (await api.page("/services")).items}
    assert names == {"orders-more-v1", "there", "orders-more-v4"}, "the failure left nothing"


async def test_a_version_without_anything_is_implemented_later(api: AdminApi) -> None:
    package = (await make_service(api, NEW))["package"]
    version = await make_version(api, package, {"version": "v2"})
    with pytest.raises(Invalid, match="Say where it runs"):
        await implement(api, version, {})
    with pytest.raises(Invalid):
        await implement(api, version, {"service": "orders-more-v1"})  # it is v1's alone
    got = await implement(api, version, {"url": "http://two"})
    assert (await api.get(f"/services/{got['service']['id']}"))["host"] == "two"
    assert len((await api.page("/services")).items) == 2


async def test_a_service_made_with_curl_is_adopted_by_a_package_new_or_there(
    api: AdminApi,
) -> None:
    one = await api.post("/services", {"name": "one", "url": "http://one"})
    two = await api.post("/services", {"name": "two", "url": "http://two"})
    first = await adopt(api, one["id"], {"name": "Reports", "version": "v1"})
    second = await adopt(api, two["id"], {"name": "Reports", "version": "v2"})
    assert first["service_package"] == second["service_package"]
    with pytest.raises(Invalid):
        await adopt(api, one["id"], {"name": "Elsewhere", "version": "v1"})
    assert [p["name"] for p in (await api.page("/service-packages")).items] == ["Reports"]


def test_a_place_is_a_url_or_its_parts() -> None:
    assert place_of({"url": "http://a", "port": 80}) == {"url": "http://a"}
    parts = {"protocol": "https", "host": "a", "port": 1, "path": "/x"}
    assert place_of({**parts, "url": None}) == parts
    with pytest.raises(Invalid):
        place_of({"port": 80})


def test_messages_are_told_by_the_names_of_the_form() -> None:
    got = renamed({"paths.1": "a", "protocols": "b", "@entity": "c"}, {"paths": "route"})
    assert got == {"route.1": "a", "@protocols": "protocols: b", "@entity": "c"}
