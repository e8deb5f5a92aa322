import pytest

from gatepost.idp.asking import Asking
from gatepost.idp.guard import Guard
from gatepost.values import Secret


def asking(**headers: str) -> Asking:
    fields = {"host": "127.0.0.1:8180", **headers}
    written = [(k.replace("_", "-").encode(), v.encode()) for k, v in fields.items()]
    return Asking("POST", written, b"")


@pytest.mark.parametrize("host", ["127.0.0.1:8180", "localhost:8180", "[::1]:8180", "localhost"])
def test_a_program_on_this_machine_may_manage(host: str) -> None:
    assert Guard(None).check(asking(host=host)) is None
    assert Guard(None).check(asking(host=host, sec_fetch_site="same-origin")) is None


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:8180"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"host": "evil.example:8180"},
        {"host": "127.0.0.1.evil.example"},
        {"host": "localhost.evil.example"},
        {"host": ""},
        {"host": ":8180"},
        {"host": "8180"},
        {"host": "evil.example:80:80"},
    ],
)
def test_a_web_page_may_not(headers: dict[str, str]) -> None:
    assert Guard(None).check(asking(**headers)) is not None


def test_a_second_host_header_is_refused() -> None:
    two = Asking("GET", [(b"host", b"localhost"), (b"host", b"evil.example")], b"")
    assert Guard(None).check(two) is not None


def test_with_an_api_token_only_its_holder_may_manage() -> None:
    guard = Guard(Secret("t0ken"))
    assert guard.check(asking(authorization="SSWS t0ken")) is None
    for wrong in ("SSWS other", "Bearer t0ken", "t0ken", "SSWS "):
        refusal = guard.check(asking(authorization=wrong))
        assert refusal is not None
        assert "t0ken" not in refusal
    assert guard.check(asking()) is not None
