import pytest
from jinja2 import UndefinedError

from gatepost.idp.asking import Asking, RefusedError
from gatepost.idp.browser.pages import page, paged, redirect, refusal
from gatepost.idp.endpoints import World
from gatepost.values import Reply


def error(**more: object) -> Reply:
    return page("error", error="an_error", description="why", **more)  # type: ignore[arg-type]


def test_a_page_may_do_next_to_nothing() -> None:
    headers = error().headers
    policy = (headers.get("content-security-policy") or "").split("; ")
    assert policy == [
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
    assert headers.get("x-frame-options") == "DENY"
    assert headers.get("cache-control") == "no-store"
    assert headers.get("x-content-type-options") == "nosniff"


def test_scripts_and_frames_are_allowed_one_by_one() -> None:
    policy = error(scripts=True, frames=("http://b", "http://a", "http://b")).headers.get(
        "content-security-policy"
    )
    assert "script-src 'self'" in str(policy)
    assert "frame-src http://a http://b" in str(policy)


def test_no_page_has_script_or_style_of_its_own_or_asks_elsewhere() -> None:
    text = error().body.decode()
    assert "<style" not in text
    assert "style=" not in text
    assert "<script" not in text
    assert "://" not in text


def test_everything_is_escaped() -> None:
    refused = RefusedError(400, "<script>", "<img src=x onerror=alert(1)>")
    body = refusal(refused).body.decode()
    assert "<script>" not in body
    assert "<img src=x" not in body
    assert "&lt;script&gt;" in body


def test_a_value_that_is_missing_is_a_defect_and_not_an_empty_place() -> None:
    with pytest.raises(UndefinedError):
        page("error", error="x")


def test_a_redirect_is_followed_with_get_and_not_kept() -> None:
    answer = redirect("http://x/", (("set-cookie", "a=b"),))
    assert answer.status == 303
    assert answer.headers.get("location") == "http://x/"
    assert answer.headers.get("cache-control") == "no-store"
    assert answer.headers.get("set-cookie") == "a=b"


@pytest.mark.anyio
async def test_a_refusal_becomes_a_page_with_its_status_and_headers(world: World) -> None:
    async def refuses(_world: World, _asking: Asking) -> Reply:
        raise RefusedError(405, "invalid_request", "use GET", headers=(("allow", "GET"),))

    answer = await paged(refuses)(world, Asking("PUT", [], b""))
    assert (answer.status, answer.headers.get("allow")) == (405, "GET")
    assert answer.media_type() == "text/html"
    assert b"use GET" in answer.body
