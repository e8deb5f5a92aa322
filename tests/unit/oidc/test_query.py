from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.oidc.query import extended
from gatepost.values import By, Fault


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://i/a", "https://i/a?x=1&y=a%20b%26c%3D"),
        ("https://i/a?", "https://i/a?x=1&y=a%20b%26c%3D"),
        ("https://i/a?p=b2c", "https://i/a?p=b2c&x=1&y=a%20b%26c%3D"),
        ("https://i/a?p=a%20b+c&", "https://i/a?p=a%20b+c&x=1&y=a%20b%26c%3D"),
        ("https://i", "https://i?x=1&y=a%20b%26c%3D"),
    ],
)
def test_parameters_follow_the_own_query_which_is_kept(url: str, expected: str) -> None:
    assert extended(url, (("x", "1"), ("y", "a b&c="))) == expected


def test_without_parameters_an_address_stays_as_it_is() -> None:
    assert extended("https://i/a?p=1", ()) == "https://i/a?p=1"


def test_a_repeated_parameter_of_ours_is_repeated() -> None:
    assert extended("https://i", (("resource", "a"), ("resource", "b"))).endswith(
        "?resource=a&resource=b"
    )


@pytest.mark.parametrize("own", ["state=1", "state", "a=b&st%61te=", "state=&state="])
def test_what_the_address_holds_already_is_refused(own: str) -> None:
    with pytest.raises(Fault, match="'state'") as raised:
        extended(f"https://i/a?{own}", (("state", "canary"),))
    assert (raised.value.code, raised.value.by) == ("config.endpoint_query", By.OPERATOR)
    assert "canary" not in str(raised.value)


_NAME = st.text(min_size=1, max_size=20)


@given(st.lists(st.tuples(_NAME, st.text(max_size=30)), max_size=5))
def test_whatever_is_added_is_read_back_and_adds_nothing_else(
    parameters: list[tuple[str, str]],
) -> None:
    url = extended("https://i.example/a", tuple(parameters))
    parts = urlsplit(url)
    assert (parts.scheme, parts.netloc, parts.path, parts.fragment) == (
        "https",
        "i.example",
        "/a",
        "",
    )
    assert url.isascii()
    assert parse_qsl(parts.query, keep_blank_values=True) == parameters
