from urllib.parse import urlencode

import pytest

from tests.admin_desk import Desk

pytestmark = pytest.mark.anyio


async def test_an_entity_below_another_belongs_to_it(desk: Desk) -> None:
    one = await desk.make("/services", name="one", host="a.test")
    await desk.make("/services", name="two", host="a.test")
    route = await desk.make("/services/one/routes", name="r", paths=["/r"])
    assert route["service"] == {"id": one["id"]}
    assert (await desk.get("/services/one/routes/r"))["id"] == route["id"]
    for method in ("GET", "PATCH"):
        said = await desk.ask(method, "/services/two/routes/r", {} if method == "PATCH" else None)
        assert said.status == 404
    assert (await desk.ask("DELETE", "/services/two/routes/r")).status == 204
    assert (await desk.ask("DELETE", "/services/nobody/routes/r")).status == 404
    assert (await desk.get("/routes/r"))["id"] == route["id"]
    moved = await desk.ask("PUT", f"/services/two/routes/{route['id']}", {"paths": ["/r"]})
    assert moved.status == 200
    assert (await desk.get("/services/one/routes"))["data"] == []


async def test_what_an_entity_refers_to_is_reached_through_it(desk: Desk) -> None:
    await desk.make("/services", name="one", host="a.test")
    await desk.make("/services/one/routes", name="r", paths=["/r"])
    await desk.make("/routes", name="alone", paths=["/r"])
    assert (await desk.get("/routes/r/service"))["name"] == "one"
    assert (await desk.ask("PATCH", "/routes/r/service", {"retries": 1})).json()["retries"] == 1
    for method, status in (("GET", 404), ("PATCH", 404), ("DELETE", 404), ("PUT", 200)):
        value = {"host": "b.test"} if method in {"PUT", "PATCH"} else None
        assert (await desk.ask(method, "/routes/alone/service", value)).status == status
    assert (await desk.get("/routes/alone/service"))["host"] == "b.test"
    assert (await desk.ask("DELETE", "/routes/alone/service")).status == 405


async def test_a_version_that_the_caller_has_is_not_sent_again(desk: Desk) -> None:
    said = await desk.ask("POST", "/consumers", {"username": "ann"})
    again = await desk.ask("GET", "/consumers/ann", if_none_match=said.headers["etag"])
    assert (again.status, again.body) == (304, b"")


async def test_the_version_of_one_entity_says_nothing_about_another(desk: Desk) -> None:
    await desk.make("/routes", name="alone", paths=["/r"])
    said = await desk.ask("PUT", "/routes/alone/service", {"host": "b.test"}, if_none_match="*")
    assert said.status == 200


async def test_a_key_that_was_made_is_shown_once(desk: Desk) -> None:
    await desk.make("/consumers", username="ann")
    made = await desk.make("/consumers/ann/key-auth")
    assert made["key"] != "{masked}"
    assert (await desk.get(f"/key-auths/{made['key']}"))["key"] == "{masked}"
    given = await desk.make("/consumers/ann/key-auth", key="mine")
    assert given["key"] == "{masked}"


async def test_packages_have_versions_that_services_implement(desk: Desk) -> None:
    service = await desk.make("/services", name="orders", host="orders.test")
    package = await desk.make("/service-packages", name="Orders & more", document="# Hello")
    below = "/service-packages/Orders & more/versions"
    spec = '{"openapi":"3.1.0"}'
    version = await desk.make(below, version="1.0", service={"name": "orders"}, spec=spec)
    assert version["service_package"] == {"id": package["id"]}
    assert version["service"] == {"id": service["id"]}
    assert (await desk.get(f"{below}/1.0"))["spec"] == spec
    assert (await desk.get(f"/service-versions/{version['id']}"))["spec"] == spec
    assert (await desk.get(f"/service-versions/{version['id']}/service"))["name"] == "orders"
    listed = (await desk.get("/services/orders/versions"))["data"]
    assert [one["id"] for one in listed] == [version["id"]]
    assert not {"spec", "document"} & listed[0].keys()
    assert "document" not in (await desk.get("/service-packages"))["data"][0]
    twice = await desk.ask("POST", below, {"version": "2.0", "service": {"id": service["id"]}})
    assert (twice.status, twice.json()["fields"]) == (409, {"service": {"id": service["id"]}})
    same = await desk.ask("POST", below, {"version": "1.0"})
    assert same.status == 409
    nowhere = await desk.ask("POST", "/service-versions", {"version": "1.0"})
    assert nowhere.json()["fields"] == {"service_package": "required field missing"}


async def test_a_version_outlives_its_service_and_not_its_package(desk: Desk) -> None:
    await desk.make("/services", name="orders", host="orders.test")
    await desk.make("/service-packages", name="Orders")
    version = await desk.make(
        "/service-packages/Orders/versions", version="1", service={"name": "orders"}
    )
    before = (await desk.ask("GET", f"/service-versions/{version['id']}")).headers["etag"]
    assert (await desk.ask("DELETE", "/services/orders")).status == 204
    found = await desk.ask("GET", f"/service-versions/{version['id']}")
    assert found.json()["service"] is None
    assert found.headers["etag"] != before
    log = (await desk.get(f"/audit?kind=service_versions&entity={version['id']}"))["data"]
    assert [one["action"] for one in log] == ["update", "create"]
    assert (log[0]["after"]["service"], log[0]["name"]) == (None, "1")
    assert (await desk.ask("DELETE", "/service-packages/Orders")).status == 204
    assert (await desk.ask("GET", f"/service-versions/{version['id']}")).status == 404


async def test_long_texts_are_bounded_and_told_shortly_by_the_log(desk: Desk) -> None:
    text = "a {vault://env/NAME} b " * 40_000
    package = await desk.make("/service-packages", name="Orders", document=text)
    assert package["document"] == text
    told = (await desk.get("/audit?kind=service_packages"))["data"][0]["after"]["document"]
    assert told.startswith(f"{len(text)} characters, SHA-256 ")
    changed = await desk.ask("PATCH", "/service-packages/Orders", {"document": text + "!"})
    assert changed.status == 200
    log = (await desk.get("/audit?kind=service_packages"))["data"][0]
    assert log["before"]["document"] != log["after"]["document"]
    assert "secrets_changed" not in log["after"]
    large = await desk.ask("PATCH", "/service-packages/Orders", {"document": "x" * 1_100_000})
    assert large.json()["fields"] == {"document": "must not be longer than 1 MiB"}
    bad = {"version": "1", "spec": "a: &a [*a]", "document": "\x1b[2J"}
    refused = await desk.ask("POST", "/service-packages/Orders/versions", bad)
    assert refused.json()["fields"].keys() == {"spec", "document"}


async def test_a_file_brings_packages_and_documents_there_and_back(desk: Desk) -> None:
    text = "# Hello ${{ x }}\n\x85<script>\n" + "long " * 100
    await desk.make("/services", name="orders", host="orders.test")
    await desk.make("/service-packages", name="\u202e<script>", document=text)
    versions = "/service-packages/\u202e<script>/versions"
    spec = "openapi: 3.1.0\n# as it was\n"
    await desk.make(versions, version="1", service={"name": "orders"}, spec=spec)
    file = (await desk.ask("GET", "/declarative")).body
    plan = await desk.ask("POST", "/declarative/plan", raw=file)
    assert plan.json()["changes"] == []
    changed = file.replace(b"long long", b"short")
    (change,) = (await desk.ask("POST", "/declarative/apply", raw=changed)).json()["changes"]
    assert (change["kind"], change["action"]) == ("service_packages", "update")
    (field,) = change["fields"]
    assert field["before"].startswith(f"{len(text)} characters")
    shown = await desk.get("/service-packages/\u202e<script>")
    assert shown["document"] == text.replace("long long", "short")
    assert (await desk.get(f"{versions}/1"))["spec"] == spec


async def test_documents_come_from_forms_as_curl_sends_them(desk: Desk) -> None:
    form = {"content_type": "application/x-www-form-urlencoded"}
    await desk.make("/services", name="orders", host="orders.test")
    body = urlencode({"name": "Orders", "document": "# a=b&c[d]\n100 %\n"}).encode()
    made = await desk.ask("POST", "/service-packages", raw=body, **form)
    assert (made.status, made.json()["document"]) == (201, "# a=b&c[d]\n100 %\n")
    spec = "openapi: 3.1.0\ninfo:\n  title: Orders\n"
    body = urlencode({"version": "1.0", "service.name": "orders", "spec": spec}).encode()
    made = await desk.ask("POST", "/service-packages/Orders/versions", raw=body, **form)
    assert (made.status, made.json()["spec"], made.json()["version"]) == (201, spec, "1.0")
    checked = await desk.ask(
        "POST", "/schemas/service_versions/validate", {"version": "1", "spec": "x"}
    )
    assert checked.json()["fields"].keys() == {"service_package", "spec"}


async def test_a_package_is_written_only_onto_the_version_that_was_read(desk: Desk) -> None:
    made = await desk.ask("POST", "/service-packages", {"name": "Orders", "tags": ["a", "b"]})
    tag = made.headers["etag"]
    first = await desk.ask("PATCH", "/service-packages/Orders", {"document": "1"}, if_match=tag)
    second = await desk.ask("PATCH", "/service-packages/Orders", {"document": "2"}, if_match=tag)
    assert (first.status, second.status) == (200, 412)
    assert (await desk.get("/service-packages/Orders"))["document"] == "1"
    tagged = await desk.get("/tags/a")
    assert [one["entity_name"] for one in tagged["data"]] == ["service_packages"]
    assert len((await desk.get("/service-packages?tags=a,b"))["data"]) == 1


async def test_pages_of_documents_are_short_and_lead_on(desk: Desk) -> None:
    for number in range(102):
        await desk.make("/service-packages", name=f"p{number}")
    page = await desk.get("/service-packages?size=1000")
    assert len(page["data"]) == 100
    rest = await desk.get(page["next"])
    assert len({one["id"] for one in (*page["data"], *rest["data"])}) == 102
