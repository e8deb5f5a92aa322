import pytest

from gatepost.console.admin_api import AdminApi
from gatepost.console.services import catalogue
from gatepost.console.services.catalogue import (
    Traffic,
    newest_first,
    together,
    traffic,
    unversioned,
    versions,
    with_versions,
)
from gatepost.console.services.making import make_service, make_version
from tests.unit.console.shown import admin_api

pytestmark = [pytest.mark.anyio, pytest.mark.integration]


@pytest.mark.parametrize("pages", [5, 0])
async def test_packages_have_their_versions_and_the_others_are_found_however_many_there_are(
    api: AdminApi, monkeypatch: pytest.MonkeyPatch, pages: int
) -> None:
    """pages: with none, it is as when there are more versions than are read at once."""
    monkeypatch.setattr(catalogue, "_PAGES", pages)
    new = {"version": "v1", "url": "http://a"}
    made = await make_service(api, {**new, "name": "One"})
    await make_version(api, made["package"], {"version": "v2"})
    await make_service(api, {**new, "name": "Two"})
    loose = await api.post("/services", {"name": "loose", "url": "http://l"})
    known = await versions(api)
    assert known.whole is (pages > 0)
    rows = await with_versions(api, (await api.page("/service-packages")).items, known)
    assert {one["name"]: [v["version"] for v in one["versions"]] for one in rows} == {
        "One": ["v2", "v1"],
        "Two": ["v1"],
    }
    found, more = await unversioned(api, known, 20)
    assert [one["id"] for one in found] == [loose["id"]]
    assert more is (pages == 0)


async def test_traffic_is_told_by_service_with_the_share_of_errors() -> None:
    lines = [
        ({"service": "a", "code": "2xx"}, 990),
        ({"service": "a", "code": "5xx"}, 10),
        ({"service": "b", "code": "4xx"}, 5),
    ]
    async with admin_api() as (api, answers):
        told = [{"labels": labels, "total": {"n": n}, "points": []} for labels, n in lines]
        answers.say("/telemetry", {"lines": told})
        got = await traffic(api)
    assert got == {"a": Traffic(1000, 10), "b": Traffic(5, 0)}
    package = {"versions": [{"service": {"id": "a"}}, {"service": {"id": "b"}}, {"service": None}]}
    assert together(package, got) == Traffic(1005, 10)
    assert together(package, got).words() == "1,005, 1.0 % errors"
    assert Traffic(5).words() == "5"
    assert Traffic().words() == "none"


def test_the_highest_version_comes_first() -> None:
    order = ["v10", "v9.1", "v9", "v2", "beta"]
    rows = [{"version": one} for one in sorted(order)]
    assert [one["version"] for one in newest_first(rows)] == order
    newest_first([{"version": "²"}, {"version": "9" * 400}])
