"""Kong's conversation about entities with a control plane as a process, on either database."""

import json
from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.integration.admin_world import Admin, control_plane

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def admin(request: pytest.FixtureRequest) -> Iterator[Admin]:
    url = None
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").new()
    with control_plane(url) as running:
        yield running


def name(prefix: str = "n") -> str:
    return f"{prefix}-{uuid4().hex[:12]}"


def test_the_tutorial_of_kong_works_as_it_is_typed(admin: Admin) -> None:
    made = admin.form(
        "POST", "/services", "name=example_service", "url=http://httpbin.test/anything"
    )
    assert made.status == 201
    service = made.json()
    assert (service["protocol"], service["host"], service["port"], service["path"]) == (
        "http",
        "httpbin.test",
        80,
        "/anything",
    )
    assert service["retries"] == 5
    assert service["tags"] is None
    assert admin.form("PATCH", "/services/example_service", "retries=6").json()["retries"] == 6
    route = admin.form(
        "POST", "/services/example_service/routes", "paths[]=/mock", "name=example_route"
    )
    assert route.status == 201
    assert route.json()["paths"] == ["/mock"]
    assert route.json()["service"] == {"id": service["id"]}
    changed = admin.form("PATCH", "/services/example_service/routes/example_route", "tags=tutorial")
    assert changed.json()["tags"] == ["tutorial"]
    plugin = admin.form(
        "POST",
        "/services/example_service/plugins",
        "name=openid-connect",
        "config.issuer=https://login.test/oauth2/default",
        "config.client_id[]=abc",
        "config.client_secret[]=very-secret",
        "config.auth_methods=bearer",
        "config.auth_methods=introspection",
        "config.timeout=2500",
        "config.ssl_verify=false",
        "enabled=true",
    )
    assert plugin.status == 201, plugin.body
    shown = plugin.json()
    assert shown["config"]["issuer"] == "https://login.test/oauth2/default"
    assert shown["config"]["timeout"] == 2500
    assert shown["config"]["ssl_verify"] is False
    assert shown["config"]["client_secret"] == ["{masked}"]
    assert sorted(shown["config"]["auth_methods"]) == ["bearer", "introspection"]
    assert [one["id"] for one in admin.get("/plugins")["data"]] == [shown["id"]]
    assert admin.get(f"/plugins/{shown['id']}/service")["name"] == "example_service"
    refused = admin.send("DELETE", "/services/example_service")
    assert refused.status == 400
    assert refused.json()["fields"] == {"@referenced_by": "routes"}
    assert admin.send("DELETE", "/routes/example_route").status == 204
    assert admin.send("DELETE", "/services/example_service").status == 204
    assert admin.get("/plugins")["data"] == []


def test_errors_have_kongs_numbers_and_sentences(admin: Admin) -> None:
    taken = name()
    service = admin.make("/services", name=taken, url="http://a.test")
    twice = admin.json("POST", "/services", {"name": taken, "host": "b.test"})
    assert twice.status == 409
    assert twice.json() == {
        "code": 5,
        "name": "unique constraint violation",
        "message": f"UNIQUE violation detected on '{{name=\"{taken}\"}}'",
        "fields": {"name": taken},
    }
    missing = admin.json("POST", "/services", {"name": "x y", "port": "80"})
    assert missing.status == 400
    assert missing.json()["code"] == 2
    assert set(missing.json()["fields"]) == {"host", "name", "port"}
    assert missing.json()["message"].startswith(
        "3 schema violations (host: required field missing; name: "
    )
    nobody = str(uuid4())
    dangling = admin.json("POST", "/routes", {"paths": ["/a"], "service": {"id": nobody}})
    assert dangling.status == 400
    assert dangling.json() == {
        "code": 4,
        "name": "foreign key violation",
        "message": f"the foreign key '{{id=\"{nobody}\"}}' does not reference an existing "
        "'services' entity.",
        "fields": {"service": {"id": nobody}},
    }
    unresolved = admin.json("POST", "/routes", {"paths": ["/a"], "service": {"name": "nobody"}})
    assert unresolved.status == 400
    assert unresolved.json()["code"] == 13
    assert unresolved.json()["message"].startswith("foreign key unresolved (service.name: ")
    entity = admin.json("POST", "/routes", {"name": name()})
    assert "@entity" in entity.json()["fields"]
    again = admin.json("POST", "/services", {"id": service["id"], "host": "c.test"})
    assert (again.status, again.json()["code"]) == (400, 3)
    plugin = admin.json("POST", "/plugins", {"name": "no-such"})
    assert plugin.json()["fields"] == {
        "name": "plugin 'no-such' not enabled; add it to the 'plugins' configuration property"
    }
    by_name = admin.json("POST", "/routes", {"paths": ["/a"], "service": {"name": taken}})
    assert by_name.json()["service"] == {"id": service["id"]}


def test_a_put_creates_replaces_and_keeps_the_id(admin: Admin) -> None:
    ident, called = str(uuid4()), name()
    made = admin.json("PUT", f"/services/{ident}", {"name": called, "url": "http://a.test:81/x"})
    assert made.status == 200
    assert made.json()["id"] == ident
    again = admin.json("PUT", f"/services/{called}", {"host": "b.test"})
    assert again.status == 200
    assert (again.json()["id"], again.json()["port"], again.json()["path"]) == (ident, 80, None)
    assert again.json()["created_at"] == made.json()["created_at"]
    fresh = name()
    by_key = admin.json("PUT", f"/consumers/{fresh}", {"custom_id": name()})
    assert by_key.json()["username"] == fresh
    below = admin.json("PUT", f"/services/{called}/routes/{name()}", {"paths": ["/p"]})
    assert below.json()["service"] == {"id": ident}
    other = admin.json("PUT", f"/routes/{below.json()['id']}/service", {"host": "c.test"})
    assert (other.json()["id"], other.json()["host"]) == (ident, "c.test")
    alone = admin.make("/routes", paths=["/alone"])
    associated = admin.json("PUT", f"/routes/{alone['id']}/service", {"host": "d.test"})
    assert admin.get(f"/routes/{alone['id']}")["service"] == {"id": associated.json()["id"]}
    assert admin.send("DELETE", f"/routes/{alone['id']}/service").status == 405


def test_a_patch_merges_records_and_replaces_lists(admin: Admin) -> None:
    vault = admin.make("/vaults", prefix=f"v{uuid4().hex[:8]}", name="env", config={"prefix": "A_"})
    changed = admin.json("PATCH", f"/vaults/{vault['prefix']}", {"description": "mine"}).json()
    assert (changed["config"]["prefix"], changed["description"]) == ("A_", "mine")
    route = admin.make("/routes", paths=["/a", "/b"], tags=["x"])
    changed = admin.json("PATCH", f"/routes/{route['id']}", {"paths": ["/c"], "tags": None}).json()
    assert (changed["paths"], changed["tags"]) == (["/c"], None)
    service = admin.make("/services", url="http://a.test:81/x")
    changed = admin.json("PATCH", f"/services/{service['id']}", {"url": "https://b.test"}).json()
    assert (changed["protocol"], changed["port"], changed["path"]) == ("https", 443, None)
    assert admin.json("PATCH", f"/services/{uuid4()}", {"retries": 1}).status == 404
    config = {"issuer": "https://a.test", "client_id": ["x"], "client_secret": ["s"]}
    plugin = admin.make("/plugins", name="openid-connect", config=config)
    path = f"/plugins/{plugin['id']}"
    sent = {"config": {"timeout": 1234, "client_secret": ["{masked}"]}}
    changed = admin.json("PATCH", path, sent).json()
    assert changed["config"]["timeout"] == 1234
    assert changed["config"]["issuer"] == "https://a.test"
    revealed = admin.json("GET", path, gatepost_secrets="reveal").json()
    assert revealed["config"]["client_secret"] == ["s"]
    everything = admin.json("PUT", path, changed)
    assert everything.status == 200, everything.body
    assert everything.json()["config"] == changed["config"]
    admin.send("DELETE", path)


def test_pages_follow_one_another(admin: Admin) -> None:
    tag = name("t")
    made = {admin.make("/consumers", username=name(), tags=[tag, "all"])["id"] for _ in range(5)}
    first = admin.get("/consumers", size=2, tags=tag)
    assert len(first["data"]) == 2
    assert first["next"].startswith("/consumers?offset=")
    assert f"tags={tag}" in first["next"]
    assert "size=2" in first["next"]
    second = admin.get(first["next"])
    third = admin.get("/consumers", size=2, tags=tag, offset=second["offset"])
    assert third["next"] is None
    assert "offset" not in third
    seen = [one["id"] for page in (first, second, third) for one in page["data"]]
    assert sorted(seen) == sorted(made)
    assert admin.get("/consumers", tags=f"{tag},other")["data"] == []
    assert len(admin.get("/consumers", tags=f"{tag}/other")["data"]) == 5
    assert {one["entity_id"] for one in admin.get(f"/tags/{tag}")["data"]} == made
    for query, code in (("size=x", 9), ("size=1001", 9), ("offset=%21", 7), ("tags=a,b/c", 11)):
        refused = admin.send("GET", f"/consumers?{query}")
        assert (refused.status, refused.json()["code"]) == (400, code), query


def test_a_version_that_does_not_fit_is_refused(admin: Admin) -> None:
    called = name()
    made = admin.json("POST", "/consumers", {"username": called})
    tag = made.headers["etag"]
    path = f"/consumers/{called}"
    assert admin.json("PATCH", path, {"custom_id": name()}, If_Match=tag).status == 200
    stale = admin.json("PATCH", path, {"custom_id": name()}, If_Match=tag)
    assert stale.status == 412
    assert "not as If-Match or If-None-Match expects it" in stale.json()["message"]
    now = stale.headers["etag"]
    assert admin.send("GET", path, None, {"If-None-Match": now}).status == 304
    assert admin.send("DELETE", path, None, {"If-Match": tag}).status == 412
    assert admin.send("DELETE", path, None, {"If-Match": now}).status == 204
    assert admin.json("PUT", path, {}, If_Match=now).status == 412
    assert admin.json("PUT", path, {}, If_None_Match="*").status == 200
    assert admin.json("PUT", path, {}, If_None_Match="*").status == 412


def test_credentials_are_reached_nested_and_flat(admin: Admin) -> None:
    who = name()
    consumer = admin.make("/consumers", username=who)
    made = admin.json("POST", f"/consumers/{who}/key-auth")
    assert made.status == 201
    key = made.json()["key"]
    assert len(key) > 20
    assert made.json()["consumer"] == {"id": consumer["id"]}
    shown = admin.get(f"/key-auths/{key}")
    assert (shown["id"], shown["key"]) == (made.json()["id"], "{masked}")
    taken = admin.json("POST", f"/consumers/{who}/key-auth", {"key": key})
    assert taken.status == 409
    assert key not in taken.body.decode()
    basic = admin.make(f"/consumers/{who}/basic-auth", username=name(), password="opensesame")
    assert basic["password"] == "{masked}"
    admin.make(f"/consumers/{who}/acls", group="staff")
    assert admin.get(f"/consumers/{who}/acls/staff")["group"] == "staff"
    assert admin.json("POST", f"/consumers/{who}/acls", {"group": "staff"}).status == 409
    other = admin.make("/consumers", username=name())
    assert admin.send("GET", f"/consumers/{other['id']}/key-auth/{shown['id']}").status == 404
    assert admin.send("DELETE", f"/consumers/{who}").status == 204
    assert admin.send("GET", f"/key-auths/{shown['id']}").status == 404


def test_consumers_are_found_by_their_custom_id(admin: Admin) -> None:
    custom = name()
    made = admin.make("/consumers", username=name(), custom_id=custom)
    found = admin.get("/consumers", custom_id=custom)
    assert [one["id"] for one in found["data"]] == [made["id"]]


def test_groups_have_members_from_either_end(admin: Admin) -> None:
    group, who = name("g"), name("c")
    admin.make("/consumer_groups", name=group)
    consumer = admin.make("/consumers", username=who)
    joined = admin.form("POST", f"/consumer_groups/{group}/consumers", f"consumer={who}")
    assert joined.status == 201
    assert [one["id"] for one in joined.json()["consumers"]] == [consumer["id"]]
    told = admin.get(f"/consumer_groups/{group}")
    assert told["consumer_group"]["name"] == group
    assert [one["username"] for one in told["consumers"]] == [who]
    assert told["plugins"] == []
    assert admin.get(f"/consumer_groups/{group}", list_consumers="false")["consumers"] == []
    assert admin.get(f"/consumers/{who}/consumer_groups")["data"][0]["name"] == group
    assert admin.send("DELETE", f"/consumer_groups/{group}/consumers/{who}").status == 204
    assert admin.get(f"/consumer_groups/{group}/consumers")["data"] == []
    assert admin.json("POST", f"/consumers/{who}/consumer_groups", {"group": group}).status == 201
    assert admin.send("DELETE", f"/consumers/{who}/consumer_groups").status == 204
    assert admin.send("DELETE", f"/consumer_groups/{group}").status == 204


def test_targets_belong_to_their_upstream(admin: Admin) -> None:
    first = admin.make("/upstreams", name=f"{name()}.test")
    second = admin.make("/upstreams", name=f"{name()}.test")
    for upstream in (first, second):
        target = admin.make(f"/upstreams/{upstream['id']}/targets", target="10.0.0.1")
        assert target["target"] == "10.0.0.1:8000"
    path = f"/upstreams/{first['name']}"
    twice = admin.json("POST", f"{path}/targets", {"target": "10.0.0.1:8000"})
    assert twice.status == 409
    assert admin.get(f"{path}/targets/10.0.0.1:8000")["upstream"] == {"id": first["id"]}
    assert len(admin.get(f"{path}/targets/all")["data"]) == 1
    health = admin.get(f"{path}/health")
    assert [one["health"] for one in health["data"]] == ["HEALTHCHECKS_OFF"]
    assert health["node_id"]
    assert admin.get(f"{path}/health", balancer_health=1)["data"]["health"] == "HEALTHCHECKS_OFF"
    marked = admin.send("PUT", f"{path}/targets/10.0.0.1:8000/unhealthy")
    assert (marked.status, marked.json()["code"]) == (405, 12)
    assert admin.send("DELETE", f"{path}/targets/10.0.0.1").status == 204
    assert admin.send("DELETE", path).status == 204


def test_a_plugin_and_the_routes_in_its_reach_speak_the_same_protocols(admin: Admin) -> None:
    service = admin.make("/services", name=name(), host="a.test")
    route = admin.make("/routes", paths=["/x"], service={"id": service["id"]})
    config = {"issuer": "https://a.test"}
    narrow = {"name": "openid-connect", "config": config, "protocols": ["https"]}
    refused = admin.json("POST", f"/services/{service['id']}/plugins", narrow)
    assert refused.status == 400
    assert "add http" in refused.json()["fields"]["protocols"]
    path = f"/routes/{route['id']}"
    assert admin.json("PATCH", path, {"protocols": ["https"]}).status == 200
    made = admin.json("POST", f"/services/{service['id']}/plugins", narrow)
    assert made.status == 201, made.body
    wide = admin.json("PATCH", path, {"protocols": ["http", "https"]})
    assert wide.status == 400
    assert "does not speak http" in wide.json()["fields"]["protocols"]
    new = admin.json("POST", f"/services/{service['id']}/routes", {"paths": ["/y"]})
    assert new.status == 400
    assert admin.make("/routes", paths=["/elsewhere"])["service"] is None
    assert admin.send("DELETE", f"/plugins/{made.json()['id']}").status == 204
    assert admin.json("POST", f"/services/{service['id']}/routes", {"paths": ["/y"]}).status == 201


def test_other_planes_have_entities_of_their_own(admin: Admin) -> None:
    called = name("plane")
    made = admin.json("POST", "/v2/control-planes", {"name": called, "labels": {"env": "test"}})
    assert made.status == 201
    ident = made.json()["id"]
    base = f"/v2/control-planes/{ident}"
    shared = name()
    admin.make("/consumers", username=shared)
    admin.make(f"{base}/core-entities/consumers", username=shared)
    page = admin.get(f"{base}/core-entities/consumers", size=1)
    assert [one["username"] for one in page["data"]] == [shared]
    admin.make(f"{base}/core-entities/consumers", username=name())
    page = admin.get(f"{base}/core-entities/consumers", size=1)
    assert page["next"].startswith(f"{base}/core-entities/consumers?offset=")
    assert len(admin.get(page["next"])["data"]) == 1
    found = admin.get("/v2/control-planes", **{"filter[name][eq]": called})
    assert [one["id"] for one in found["data"]] == [ident]
    assert admin.json("POST", "/v2/control-planes", {"name": called}).status == 409
    changed = admin.json("PATCH", base, {"description": "d", "labels": {"env": None, "a": "b"}})
    assert changed.json()["labels"] == {"a": "b"}
    assert admin.send("DELETE", base).status == 204
    assert admin.send("GET", base).status == 404
    assert admin.send("GET", f"{base}/core-entities/consumers").status == 404
    assert admin.send("DELETE", f"/v2/control-planes/{uuid4()}").status == 404


def test_every_collection_answers_every_verb(admin: Admin) -> None:
    listed = admin.get("/endpoints")["data"]
    assert "/services/{services}/routes/{routes}" in listed
    assert "/routes/{routes}/service" in listed
    for template in listed:
        path = template.replace("{", "").replace("}", "")
        options = admin.send("OPTIONS", path)
        assert options.status == 204, path
        assert "access-control-allow-origin" not in options.headers
        allowed = options.headers["allow"].split(", ")
        if "GET" in allowed:
            head, full = admin.send("HEAD", path), admin.send("GET", path)
            assert head.status == full.status, path
            assert head.body == b""
        for method in {"POST", "PUT", "PATCH", "DELETE"} - set(allowed):
            refused = admin.send(method, path)
            assert (refused.status, refused.json()) == (405, {"message": "Method not allowed"})
    assert admin.send("GET", "/no-such").json() == {"message": "Not found"}
    assert admin.send("GET", "/services/").status == 200


def test_a_whole_answer_can_be_put_back(admin: Admin) -> None:
    for path, data in (
        ("/services", {"name": name(), "host": "a.test"}),
        ("/routes", {"name": name(), "paths": ["/a"]}),
        ("/upstreams", {"name": f"{name()}.test"}),
        ("/consumers", {"username": name()}),
        ("/key-sets", {"name": name()}),
    ):
        made = admin.make(path, **data)
        back = admin.json("PUT", f"{path}/{made['id']}", made)
        assert back.status == 200, back.body
        same = {"updated_at": 0}
        assert json.loads(back.body) | same == made | same
