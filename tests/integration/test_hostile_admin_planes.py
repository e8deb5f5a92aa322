"""A token that is bound to one control plane, in the hands of somebody who wants another's."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.admin_world import Admin, control_plane
from tests.integration.world import Answer

pytestmark = pytest.mark.integration

NOBODY = "00000000-0000-4000-8000-000000000001"
METHODS = ("GET", "PUT", "PATCH", "POST", "DELETE")


class Bound:
    """Somebody with an administrator's token of one control plane."""

    def __init__(self, admin: Admin, plane: str, token: str) -> None:
        self.admin, self.plane, self._token = admin, plane, token
        self.below = f"/v2/control-planes/{plane}/core-entities"

    def send(self, method: str, path: str, value: Any = None) -> Answer:
        shown = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        body = None if value is None else json.dumps(value).encode()
        return self.admin.send(method, path, body, shown)


@pytest.fixture(scope="module")
def admin() -> Iterator[Admin]:
    with control_plane() as running:
        yield running


@pytest.fixture(scope="module")
def theirs(admin: Admin) -> dict[str, str]:
    """Return the path of everything that ``default`` holds."""
    service = admin.make("/services", name="theirs", host="theirs.example", tags=["theirs"])
    admin.make("/services/theirs/routes", name="theirs", paths=["/theirs"])
    admin.make("/consumers", username="theirs")
    admin.make("/consumers/theirs/key-auth", key="their-key")
    plugin = admin.make("/plugins", name="openid-connect", config={"issuer": "https://a.example"})
    enrolment = admin.make("/clustering/tokens")
    token = admin.make("/tokens", name="theirs", role="viewer")
    assert admin.json("POST", "/revocations", {"token_id": "x", "issuer": "i"}).status == 201
    return {
        "service": f"/services/{service['id']}",
        "route": "/routes/theirs",
        "nested": "/services/theirs/routes/theirs",
        "foreign": "/routes/theirs/service",
        "consumer": "/consumers/theirs",
        "key": "/key-auths/their-key",
        "plugin": f"/plugins/{plugin['id']}",
        "enrolment": f"/clustering/tokens/{enrolment['id']}",
        "token": f"/tokens/{token['id']}",
        "tag": "/tags/theirs",
    }


@pytest.fixture(scope="module")
def mallory(admin: Admin) -> Bound:
    plane = admin.make("/v2/control-planes", name="mallorys")["id"]
    token = admin.make("/tokens", name="mallory", role="admin", plane=plane)["token"]
    return Bound(admin, plane, token)


def default_of(admin: Admin) -> str:
    planes = admin.get("/v2/control-planes")["data"]
    return next(str(one["id"]) for one in planes if one["name"] == "default")


def test_what_is_anothers_is_not_there_under_any_path_by_any_method(
    admin: Admin, theirs: dict[str, str], mallory: Bound
) -> None:
    before = admin.get("/status", content_hash="true")["content_hash"]
    default = f"/v2/control-planes/{default_of(admin)}/core-entities"
    for what, path in theirs.items():
        for method in METHODS:
            for base in ("", default) if what != "token" else (default,):
                reply = mallory.send(method, base + path, {} if method != "GET" else None)
                assert reply.status in {404, 405}, (what, method, base, reply.body)
                assert b"theirs" not in reply.body, (what, method)
    assert admin.get("/status", content_hash="true")["content_hash"] == before
    assert mallory.send("DELETE", theirs["token"]).status == 204
    assert admin.get("/tokens")["data"][0]["revoked_at"] is None
    assert len(admin.get("/clustering/tokens")["data"]) == 1


def test_ids_of_anothers_entities_lead_nowhere_from_ones_own(
    admin: Admin, theirs: dict[str, str], mallory: Bound
) -> None:
    service, plugin = (theirs[name].rpartition("/")[2] for name in ("service", "plugin"))
    reply = mallory.send(
        "POST", f"{mallory.below}/routes", {"paths": ["/x"], "service": {"id": service}}
    )
    assert (reply.status, reply.json()["code"]) == (400, 4)
    reply = mallory.send("GET", f"{mallory.below}/plugins/{plugin}")
    assert reply.status == 404
    for path in ("/services", "/plugins", "/tags", "/revocations", "/clustering/tokens"):
        found = mallory.send("GET", mallory.below + path)
        assert (found.status, found.json()["data"]) == (200, []), path
    # the same id may be there twice, and is two entities
    made = mallory.send("PUT", f"{mallory.below}/services/{service}", {"host": "m.example"})
    assert made.status == 200
    assert admin.get(theirs["service"])["host"] == "theirs.example"
    assert mallory.send("DELETE", f"{mallory.below}/services/{service}").status == 204
    assert admin.get(theirs["service"])["host"] == "theirs.example"
    assert b"theirs" not in mallory.send("GET", f"{mallory.below}/declarative").body


def test_one_that_is_there_and_one_that_is_not_are_told_apart_by_nothing(
    admin: Admin, mallory: Bound
) -> None:
    for path in ("", "/core-entities/services", "/core-entities/audit", "/core-entities/tokens"):
        for method in ("GET", "POST", "OPTIONS"):
            told = [
                mallory.send(method, f"/v2/control-planes/{plane}{path}")
                for plane in (default_of(admin), NOBODY)
            ]
            assert (told[0].status, told[0].body) == (told[1].status, told[1].body), path
    assert [one["name"] for one in mallory.send("GET", "/v2/control-planes").json()["data"]] == [
        "mallorys"
    ]


def test_whoever_makes_a_token_cannot_choose_whose_log_says_so(
    admin: Admin, mallory: Bound
) -> None:
    wish = {"name": "hidden", "role": "admin"}
    for base in (f"/v2/control-planes/{default_of(admin)}", f"/v2/control-planes/{NOBODY}"):
        assert mallory.send("POST", f"{base}/core-entities/tokens", wish).status == 404
        if NOBODY in base:
            assert admin.json("POST", f"{base}/core-entities/tokens", wish).status == 404
    made = mallory.send("POST", "/tokens", wish)
    assert (made.status, made.json()["plane"]) == (201, mallory.plane)
    newest = mallory.send("GET", f"{mallory.below}/audit").json()["data"][0]
    assert (newest["who"], newest["kind"], newest["entity"]) == (
        "mallory", "tokens", made.json()["id"],
    )  # fmt: skip
    assert "hidden" not in str(admin.get("/audit"))
    assert mallory.send("DELETE", f"/tokens/{made.json()['id']}").status == 204
    newest = mallory.send("GET", f"{mallory.below}/audit").json()["data"][0]
    assert (newest["action"], newest["before"]["name"]) == ("delete", "hidden")


def test_a_name_that_was_taken_from_somebody_is_told_from_his_in_the_log(
    admin: Admin, mallory: Bound
) -> None:
    made = mallory.send("POST", "/tokens", {"name": "mallory", "role": "operator"}).json()
    twin = Bound(admin, mallory.plane, made["token"])
    assert twin.send("POST", f"{mallory.below}/services", {"host": "x.example"}).status == 201
    newest = mallory.send("GET", f"{mallory.below}/audit").json()["data"][0]
    assert (newest["who"], newest["how"]) == ("mallory", f"token {made['id']}")


def test_a_control_plane_that_is_not_there_is_404_and_nothing_is_kept_of_it(admin: Admin) -> None:
    below = f"/v2/control-planes/{NOBODY}/core-entities"
    for path, wish in (
        ("/clustering/tokens", {}),
        ("/revocations", {"token_id": "x", "issuer": "i"}),
        ("/tokens", {"name": "x", "role": "viewer"}),
    ):
        assert admin.json("POST", below + path, wish).status == 404, path
        assert admin.send("GET", below + path).status == 404, path


def test_making_changing_and_deleting_a_control_plane_is_in_a_log_that_outlives_it(
    admin: Admin,
) -> None:
    made = admin.make("/v2/control-planes", name="short-lived")
    below = f"/v2/control-planes/{made['id']}/core-entities"
    admin.make(f"{below}/services", host="x.example")
    path = f"/v2/control-planes/{made['id']}"
    assert admin.json("PATCH", path, {"description": "d"}).status == 200
    assert admin.send("DELETE", path).status == 204
    log = admin.get("/audit", kind="control_planes")["data"]
    assert [(one["action"], one["entity"]) for one in log[:3]] == [
        (action, made["id"]) for action in ("delete", "update", "create")
    ]
    (kept,) = admin.get(f"{below}/audit")["data"]
    assert kept["kind"] == "services"
