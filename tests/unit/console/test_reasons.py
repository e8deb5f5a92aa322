"""Every refusal has words; the codes are read from the source, not from a list of ours."""

import pytest

from gatepost.console.reasons import codes, known, reason
from scripts.parts.error_page import found_in_source

_JUDGING = ("plugin/", "plugins/", "oidc/", "outside/", "authorizer/")
_WHEN_LOADED = ("config.", "gateway.", "plan.", "revocation.malformed", "revocation.no_issuer")
"""Told when a configuration is loaded, or to whoever revokes or tries out; no request gets them."""
_NOT_OF_REQUESTS = {
    "plugin.consumer_scope",
    "plugin.unfit",
    "plugin.unknown",
    "authorizer.socket_in_use",
}
_BUILT = {f"{one}.missing" for one in ("scopes", "audience", "groups", "roles")}
"""Put together in the source (``access.py``), so that they are not found there."""


def refusals() -> set[str]:
    found = {one.code for one in found_in_source() if one.place.startswith(_JUDGING)}
    return {one for one in found if not one.startswith(_WHEN_LOADED)} - _NOT_OF_REQUESTS | _BUILT


def test_every_refusal_code_has_words_and_there_are_no_words_for_what_is_none() -> None:
    assert refusals() == set(codes())


@pytest.mark.parametrize("code", codes())
def test_words_are_sentences_that_fit_a_line_or_two(code: str) -> None:
    found = reason(code)
    for words in found:
        assert words[0].isupper()
        assert words[-1] in ".?"
        assert len(words) < 120


def test_a_code_that_is_not_known_is_told_by_its_family() -> None:
    assert not known("token.of_tomorrow")
    assert reason("token.of_tomorrow").happened == "The token was not accepted."
    assert "refused" in reason("<script>").happened
    assert not known(None)
