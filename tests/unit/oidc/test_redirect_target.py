import re
import unicodedata
from urllib.parse import quote, urljoin, urlsplit

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from gatepost.oidc import local_target
from gatepost.oidc.redirect_target import LIMIT
from tests.unit.oidc.redirects import GOOD, HOSTILE

HERE = "https://good.test/x"


def _origin_for_a_library(target: str) -> tuple[str, str]:
    parts = urlsplit(urljoin(HERE, target))
    return parts.scheme, parts.netloc


def _origin_for_a_browser(target: str) -> tuple[str, str]:
    """Resolve as the URL Standard has browsers do it for http and https addresses.

    They trim controls and spaces at both ends, drop tabs and line breaks anywhere, and take a
    backslash for a slash; ``https:x`` is relative, any other number of slashes begins a host.
    """
    text = re.sub(r"[\t\r\n]", "", target.strip("".join(map(chr, range(0x21)))))
    path = re.split(r"[?#]", text, maxsplit=1)[0].replace("\\", "/")
    if scheme := re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", path):
        name, rest = scheme[1].lower(), path[scheme.end() :]
        if name not in ("http", "https"):
            return name, ""
        if name == "https" and not rest.startswith("//"):
            return "https", "good.test"
        return name, rest.lstrip("/").partition("/")[0].rpartition("@")[2]
    if path.startswith("//"):
        return "https", path.lstrip("/").partition("/")[0].rpartition("@")[2]
    return "https", "good.test"


def test_there_are_enough_of_each() -> None:
    assert len(HOSTILE) >= 1_000
    assert len(GOOD) >= 200
    assert not set(HOSTILE) & set(GOOD)


def test_many_of_the_hostile_ones_do_lead_a_browser_away() -> None:
    away = [target for target in HOSTILE if _origin_for_a_browser(target) != ("https", "good.test")]
    assert len(away) > 300


def test_no_hostile_target_is_let_pass() -> None:
    assert [ascii(target)[:100] for target in HOSTILE if local_target(target) is not None] == []


def test_hostile_targets_stay_hostile_with_something_around_them() -> None:
    passed = [
        ascii(changed)[:100]
        for target in HOSTILE
        for changed in (f" {target}", f"\t{target}", f"{target}\n", f"{target}\x00", f"/{target}\\")
        if local_target(changed) is not None
    ]
    assert passed == []


def test_a_deep_link_is_let_pass_as_it_is() -> None:
    assert [ascii(target)[:100] for target in GOOD if local_target(target) != target] == []
    for target in GOOD:
        _stays(target)


def test_the_length_is_limited_exactly() -> None:
    assert local_target("/" + "a" * (LIMIT - 1))
    assert local_target("/?" + "a" * (LIMIT - 2))
    assert local_target("/" + "a" * LIMIT) is None


@pytest.mark.parametrize("code", [*range(0x21), 0x22, 0x3C, 0x3E, 0x5C, *range(0x7F, 0x100)])
def test_a_character_that_no_browser_sends_is_refused_wherever_it_stands(code: int) -> None:
    for target in (f"/{chr(code)}a", f"/a{chr(code)}b", f"/a?b={chr(code)}", f"/a#{chr(code)}"):
        assert local_target(target) is None


@pytest.mark.parametrize("code", [*range(0x20), 0x7F, 0x5C])
def test_encoded_controls_and_backslashes_are_refused_in_the_path_only(code: int) -> None:
    assert local_target(f"/a%{code:02x}b") is None
    assert local_target(f"/a%25{code:02X}b") is None
    assert local_target(f"/a?b=%{code:02x}") == f"/a?b=%{code:02x}"


def _stays(target: str) -> None:
    kept = local_target(target)
    if kept is None:
        return
    assert kept == target
    assert target.isascii()
    assert target.isprintable()
    assert _origin_for_a_library(target) == ("https", "good.test")
    assert _origin_for_a_browser(target) == ("https", "good.test")
    joined = urljoin(HERE, target)
    assert joined.isprintable()
    assert urljoin(HERE, urlsplit(joined).path) == f"https://good.test{urlsplit(joined).path}"


@given(st.text(max_size=80))
@example("/")
@example("//evil.test")
def test_whatever_is_let_pass_stays_here(target: str) -> None:
    _stays(target)


_PIECES = st.sampled_from(
    ["/", "\\", ".", "..", "%2f", "%5C", "%09", "%", "%25", "@", ":", "?", "#", "&", ";", "&#47;",
     "&sol;", "\t", "\n", " ", "\x00", "\uff0f", "\u3002", "evil.test", "https:", "javascript:",
     "a", "2f", "%e2%88%95", "%c0%af", "[", "]", "|"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=10).map("".join))
def test_whatever_is_let_pass_of_dangerous_pieces_stays_here(target: str) -> None:
    _stays(target)
    _stays(f"/{target}")


@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=60))
def test_of_printable_texts_a_path_is_always_answered(target: str) -> None:
    _stays(f"/{target}")


@given(st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=20))
def test_a_path_of_visible_letters_is_let_pass_when_it_is_encoded(word: str) -> None:
    assume(not set(unicodedata.normalize("NFKC", word)) & set("/\\.;&%"))
    encoded = f"/orders-{quote(word, safe='')}"
    assert local_target(encoded) == encoded
