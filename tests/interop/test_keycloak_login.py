"""People log in by Keycloak through a whole node, by its own pages."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.login_world import APP, kong_yaml, person, seen
from tests.integration.person import Person, Visit
from tests.integration.world import World
from tests.interop.conftest import Keycloak
from tests.interop.test_keycloak import ANN
from tests.ports import free_port

pytestmark = pytest.mark.interop
SECRET = "canary-web-secret"


@pytest.fixture(scope="module")
def world(keycloak: Keycloak) -> Iterator[World]:
    port = free_port()

    def config(route: str, **more: Any) -> dict[str, Any]:
        home = f"http://127.0.0.1:{port}/{route}"
        keycloak.web_client(f"web-{route}", SECRET, home)
        return {
            **APP,
            "issuer": keycloak.issuer,
            "client_id": [f"web-{route}"],
            "client_secret": [SECRET],
            "scopes": ["openid", "email", "profile"],
            "redirect_uri": [f"{home}/callback"],
            "session_cookie_name": f"{route}_session",
            "logout_redirect_uri": ["http://127.0.0.1:1/bye"],
            "backchannel_logout_uri": f"{home}/backchannel-logout",
            **more,
        }

    text = kong_yaml(
        {
            "shop": config("shop", search_user_info=True, logout_revoke=True),
            "jarm": config(
                "jarm",
                response_mode="form_post.jwt",
                require_pushed_authorization_requests=True,
            ),
        }
    )
    with World.start(text, secrets=(SECRET, ANN["password"]), node=False) as running:
        running.start_node(proxy=f"127.0.0.1:{port}")
        yield running


def log_in(someone: Person, url: str) -> Visit:
    page = someone.open(url)
    assert "kc-form-login" in page.text, page.text[:300]
    return someone.fill_in(page, username=ANN["username"], password=ANN["password"])


def test_a_person_logs_in_and_the_upstream_knows_who_it_is(world: World) -> None:
    ann = person(world)
    url = f"{world.proxy.url}/shop/anything?hello=world"
    there = log_in(ann, url)
    assert there.url == url
    told = seen(there)
    assert told["authorization"].startswith("Bearer ey")
    assert told["x-user"]
    assert told["x-email"]


def test_a_session_outlives_its_access_token_by_refreshing(world: World) -> None:
    ann = person(world)
    url = f"{world.proxy.url}/shop/anything"
    first = seen(log_in(ann, url))
    world.until(
        lambda: seen(ann.open(url))["authorization"] != first["authorization"],
        "the token is another one",
    )
    assert seen(ann.open(url))["x-user"] == first["x-user"]


def test_signed_answers_and_pushed_requests(world: World) -> None:
    ann = person(world)
    page = log_in(ann, f"{world.proxy.url}/jarm/anything")
    assert 'NAME="response"' in page.text or 'name="response"' in page.text, page.text[:500]
    assert seen(ann.fill_in(page))["x-user"]


def test_a_logout_ends_both_sides_and_the_old_cookie_is_refused(world: World) -> None:
    ann = person(world)
    url = f"{world.proxy.url}/shop/anything"
    log_in(ann, url)
    old = dict(ann.jar(url))
    done = ann.open(f"{world.proxy.url}/shop/logout", stop_at="http://127.0.0.1:1/bye")
    assert done.url.startswith("http://127.0.0.1:1/bye?state=")
    ann.jar(url).update(old)
    assert ann.send("GET", url, navigates=False).status == 401


def test_an_administrator_ends_a_session_by_the_back_channel(
    world: World, keycloak: Keycloak
) -> None:
    ann = person(world)
    url = f"{world.proxy.url}/shop/anything"
    log_in(ann, url)
    keycloak.log_out(ANN["username"])

    def ended() -> bool:
        return ann.send("GET", url, navigates=False).status == 401

    world.until(ended, "Keycloak told the gateway", patience=5)
