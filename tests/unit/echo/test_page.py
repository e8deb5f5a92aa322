import base64
import json

from gatepost.echo.page import render


def jwt(claims: object, head: object = None) -> str:
    parts = [head or {"alg": "ES256"}, claims]
    encoded = [base64.urlsafe_b64encode(json.dumps(one).encode()).decode() for one in parts]
    return ".".join([*(one.rstrip("=") for one in encoded), "c2ln"])


def shown(*fields: tuple[str, str], path: str = "/") -> str:
    return render(list(fields), name="api", path=path).decode()


def test_a_token_is_taken_apart_and_its_times_are_readable() -> None:
    text = shown(("X-Id-Token", jwt({"sub": "alice", "exp": 1_800_000_000, "groups": ["a"]})))
    assert "<td>alice</td>" in text
    assert "2027-01-15 08:00:00 UTC" in text
    assert "[&#34;a&#34;]" in text
    assert "You are logged in" in text


def test_a_bearer_token_counts_and_is_never_shown_whole() -> None:
    token = jwt({"sub": "alice"})
    text = shown(("Authorization", f"Bearer {token}"))
    assert "<td>alice</td>" in text
    assert token not in text
    assert "opaque" not in shown(("Authorization", "Bearer opaque"))


def test_without_a_token_nobody_is_logged_in() -> None:
    text = shown(("Accept", "text/html"))
    assert "Nobody is logged in" in text
    assert 'href="./">Log in' in text


def test_headers_of_the_gateway_are_shown_and_those_of_every_browser_are_not() -> None:
    text = shown(("X-User", "alice"), ("Sec-Fetch-Mode", "navigate"), ("User-Agent", "x"))
    assert "<th>X-User</th><td>alice</td>" in text
    assert "navigate" not in text


def test_logging_out_is_a_form_under_the_path_of_the_route() -> None:
    one = ("Authorization", "Bearer x")
    assert 'action="/app/logout"' in shown(one, ("X-Forwarded-Prefix", "/app/"))
    assert 'action="/logout"' in shown(one, ("X-Forwarded-Prefix", "javascript:alert(1)"))
    assert 'action="/logout"' in shown(one)


def test_nothing_that_arrived_becomes_markup() -> None:
    hostile = "<script>alert(1)</script>"
    text = shown(
        ("X-User", hostile),
        (hostile, "x"),
        ("X-Id-Token", jwt({hostile: hostile})),
        path=f"/{hostile}",
    )
    assert "<script" not in text


def test_what_only_looks_like_a_token_is_shown_as_it_is() -> None:
    for text in ("a.b.c", "eyJhIjoxfQ.x.y", f"{jwt([])}"):
        assert f"<td>{text}</td>" in shown(("X-Id-Token", text))
