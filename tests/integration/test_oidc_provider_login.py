"""People log in by npm's oidc-provider, which nobody of this project wrote: a whole node."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.login_world import APP, kong_yaml, person, seen
from tests.integration.person import Person, Visit
from tests.integration.world import World
from tests.ports import free_port
from tests.providers.oidc_provider.process import OidcProvider

pytestmark = [pytest.mark.integration, pytest.mark.slow]
SECRET = "canary-shop-secret"


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def provider(port: int) -> Iterator[OidcProvider]:
    def web(route: str) -> dict[str, Any]:
        home = f"http://127.0.0.1:{port}/{route}"
        return {
            "secret": SECRET,
            "grants": ["authorization_code", "refresh_token"],
            "web": {
                "redirect_uris": [f"{home}/callback"],
                "post_logout_redirect_uris": ["http://127.0.0.1:1/bye"],
                "backchannel_logout_uri": f"{home}/backchannel-logout",
                "backchannel_logout_session_required": True,
            },
        }

    running = OidcProvider(shop=web("shop"), shop_brief=web("brief"), shop_jarm=web("jarm"))
    yield running
    running.close()


@pytest.fixture(scope="module")
def world(provider: OidcProvider, port: int) -> Iterator[World]:
    def config(route: str, client: str, **more: Any) -> dict[str, Any]:
        home = f"http://127.0.0.1:{port}/{route}"
        return {
            **APP,
            "issuer": provider.issuer,
            "client_id": [client],
            "client_secret": [SECRET],
            "scopes": ["openid", "email", "offline_access"],
            "redirect_uri": [f"{home}/callback"],
            "session_cookie_name": f"{route}_session",
            "logout_redirect_uri": ["http://127.0.0.1:1/bye"],
            "backchannel_logout_uri": f"{home}/backchannel-logout",
            **more,
        }

    text = kong_yaml(
        {
            "shop": config("shop", "shop", search_user_info=True, logout_revoke=True),
            "brief": config("brief", "shop-brief"),
            "jarm": config(
                "jarm",
                "shop-jarm",
                response_mode="form_post.jwt",
                require_pushed_authorization_requests=True,
            ),
        }
    )
    with World.start(text, secrets=(SECRET,), node=False) as running:
        running.start_node(proxy=f"127.0.0.1:{port}")
        yield running


def log_in(someone: Person, url: str, name: str = "alice") -> Visit:
    """Go through the provider's own pages: who one is, then whether that may be told."""
    page = someone.open(url)
    assert "Sign-in" in page.text, page.text[:300]
    page = someone.fill_in(page, login=name, password="any")
    return someone.fill_in(page)


def test_a_person_logs_in_and_the_upstream_knows_who_it_is(
    world: World, provider: OidcProvider
) -> None:
    alice = person(world)
    url = f"{world.proxy.url}/shop/anything?hello=world"
    there = log_in(alice, url)
    assert there.url == url
    told = seen(there)
    assert (told["x-user"], told["x-email"]) == ("alice", "alice@example.com")
    asked = provider.count("/token")
    for _ in range(5):
        assert seen(alice.open(url))["x-user"] == "alice"
    assert provider.count("/token") == asked


def test_a_session_outlives_its_access_token_by_refreshing(
    world: World, provider: OidcProvider
) -> None:
    alice = person(world)
    url = f"{world.proxy.url}/brief/anything"
    first = seen(log_in(alice, url))["authorization"]
    world.until(lambda: seen(alice.open(url))["authorization"] != first, "the token is another one")
    assert seen(alice.open(url))["x-user"] == "alice"


def test_signed_answers_and_pushed_requests(world: World) -> None:
    alice = person(world)
    url = f"{world.proxy.url}/jarm/anything"
    page = log_in(alice, url)
    assert 'name="response"' in page.text, "the provider's page posts its answer"
    told = seen(alice.fill_in(page))
    assert told["x-user"] == "alice"


def test_a_logout_ends_both_sides_and_the_old_cookie_is_refused(
    world: World, provider: OidcProvider
) -> None:
    alice = person(world)
    url = f"{world.proxy.url}/shop/anything"
    log_in(alice, url)
    old = dict(alice.jar(url))
    page = alice.open(f"{world.proxy.url}/shop/logout")
    assert page.url.startswith(provider.issuer)
    done = alice.fill_in(page, logout="yes", stop_at="http://127.0.0.1:1/bye")
    assert done.url.startswith("http://127.0.0.1:1/bye?state=")
    alice.jar(url).update(old)
    refused = alice.send("GET", url, navigates=False)
    assert refused.status == 401
    assert provider.count("/token/revocation") >= 2


def test_the_provider_ends_a_session_by_the_back_channel(
    world: World, provider: OidcProvider
) -> None:
    alice = person(world)
    urls = [f"{world.proxy.url}/{route}/anything" for route in ("shop", "brief")]
    log_in(alice, urls[0])
    second = alice.open(urls[1])  # single sign-on: only consent is asked for
    seen(second if second.status == 200 and "headers" in second.text else alice.fill_in(second))
    page = alice.open(f"{world.proxy.url}/shop/logout")
    alice.fill_in(page, logout="yes", stop_at="http://127.0.0.1:1/bye")

    def ended() -> bool:
        return alice.send("GET", urls[1], navigates=False).status == 401

    world.until(ended, "the provider told the other application", patience=5)
