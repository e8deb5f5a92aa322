import base64
import hashlib
import re

from gatepost.plugin.extract import HttpRequest
from gatepost.plugin.request import Request
from gatepost.plugins.openid_connect.pages import Page, render

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def request() -> Request:
    return Request({}, HttpRequest().context(id="req-1"))


def test_a_page_says_what_happened_with_code_and_request() -> None:
    page = Page(403, "groups.missing", "No", ("One.", "Two."), link="/again", retry_after=7)
    reply = render(page, request(), headers=(("Set-Cookie", "a=b"),))
    text = reply.body.decode()
    assert reply.status == 403
    assert all(one in text for one in ("<h1>No</h1>", "<p>One.</p>", "groups.missing", "req-1"))
    assert '<a class="button" href="/again">Try again</a>' in text
    assert reply.headers.get("retry-after") == "7"
    assert reply.headers.get("set-cookie") == "a=b"


def test_nothing_that_is_told_becomes_markup() -> None:
    page = Page(400, HOSTILE, HOSTILE, (HOSTILE,), quote=HOSTILE, link="/", link_text=HOSTILE)
    text = render(page, request()).body.decode()
    assert "<script" not in text
    assert "<img" not in text


def test_a_page_loads_runs_and_posts_nothing_and_is_not_kept() -> None:
    headers = render(Page(400, "c", "t"), request()).headers
    policy = headers.get("content-security-policy") or ""
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "form-action 'none'; frame-ancestors 'none'" in policy
    assert headers.get("cache-control") == "no-store"
    assert headers.get("x-frame-options") == "DENY"
    assert headers.get("referrer-policy") == "no-referrer"
    assert headers.get("x-content-type-options") == "nosniff"


def test_the_policy_allows_the_very_style_of_the_page() -> None:
    reply = render(Page(400, "c", "t"), request())
    style = re.search(r"<style>(.*?)</style>", reply.body.decode(), re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"'sha256-{digest}'" in (reply.headers.get("content-security-policy") or "")


def test_a_page_for_a_frame_may_be_framed() -> None:
    headers = render(Page(200, "c", "t"), request(), framed=True).headers
    assert headers.get("x-frame-options") is None
    assert "frame-ancestors" not in (headers.get("content-security-policy") or "")
