import os
from typing import Any

import pytest

from gatepost.plugin.plugin import Site
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.session.seals import NotOurs, Seals
from gatepost.values import Fault

ISSUER = "https://idp.example"


def seals(node_secret: bytes = b"", **config: Any) -> Seals:
    whole = {"issuer": ISSUER, "session_secret": "one", **config}
    return Seals(OpenIdConnectConfig.model_validate(whole), Site(node_secret=node_secret))


def sealed() -> str:
    return seals().close_text(b"content", "session", "session", random=os.urandom)


def test_what_was_sealed_is_opened_in_the_same_place_alone() -> None:
    text = sealed()
    assert seals().open_text(text, "session", "session") == b"content"
    for place in (("flow", "session"), ("session", "remember"), ("session",)):
        with pytest.raises(NotOurs):
            seals().open_text(text, *place)


@pytest.mark.parametrize(
    "other",
    [
        {"session_secret": "two"},
        {"session_audience": "another"},
        {"issuer": "https://another.example"},
    ],
)
def test_another_secret_issuer_or_audience_does_not_open_it(other: dict[str, Any]) -> None:
    with pytest.raises(NotOurs):
        seals(**other).open_text(sealed(), "session", "session")


def test_every_changed_byte_is_noticed() -> None:
    text = sealed()
    for position in range(0, len(text), 3):
        changed = "A" if text[position] != "A" else "B"
        with pytest.raises(NotOurs):
            seals().open_text(
                text[:position] + changed + text[position + 1 :], "session", "session"
            )
    for cut in ("", text[:-1], text[:10], text + "AAAA", "%%%", "é"):
        with pytest.raises(NotOurs):
            seals().open_text(cut, "session", "session")


def test_an_earlier_secret_still_opens_and_is_known_as_such() -> None:
    now = seals(session_secret="two", session_previous_secrets=["zero", "one"])
    raw = seals().close(b"content", "session", "session", random=os.urandom)
    assert now.open(raw, "session", "session") == b"content"
    assert now.aged(raw)
    assert not seals().aged(raw)


def test_without_a_secret_the_nodes_own_is_used_and_none_is_refused() -> None:
    one = seals(node_secret=b"node one", session_secret=None)
    text = one.close_text(b"x", "session", "session", random=os.urandom)
    assert seals(b"node one", session_secret=None).open_text(text, "session", "session") == b"x"
    with pytest.raises(NotOurs):
        seals(b"node two", session_secret=None).open_text(text, "session", "session")
    none = seals(session_secret=None)
    with pytest.raises(Fault, match="set session_secret"):
        none.open_text(text, "session", "session")
    with pytest.raises(Fault, match="set session_secret"):
        none.mark("a")


def test_a_mark_proves_who_wrote_a_text() -> None:
    assert seals().mark("a") == seals().mark("a")
    assert seals().mark("a") != seals().mark("b")
    assert seals().mark("a") != seals(session_secret="two").mark("a")


def test_a_proof_is_ours_under_every_secret_that_still_counts() -> None:
    proof = seals().mark("name")
    assert seals().marked("name", proof)
    assert seals(session_secret="two", session_previous_secrets=["one"]).marked("name", proof)
    assert not seals(session_secret="two").marked("name", proof)
    for text, given in (("other", proof), ("name", proof[:-1]), ("name", ""), ("é\ud800", "é")):
        assert not seals().marked(text, given)
