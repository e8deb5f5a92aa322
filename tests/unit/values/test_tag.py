import pytest

from gatepost.values import Tag, TagKind
from gatepost.values.tag import digests

SECRET = b"s" * 32


def test_a_tag_is_told_apart_by_kind_parts_and_secret() -> None:
    tags = [
        Tag.of(TagKind.SUBJECT, "a", "bc"),
        Tag.of(TagKind.SUBJECT, "ab", "c"),
        Tag.of(TagKind.CLIENT, "a", "bc"),
        Tag.of(TagKind.ISSUER, "abc"),
        Tag.of(TagKind.SUBJECT, "a", "bc", ""),
    ]
    digests = {tag.digest(SECRET) for tag in tags} | {tags[0].digest(b"t" * 32)}
    assert len(digests) == len(tags) + 1
    assert {len(digest) for digest in digests} == {32}
    assert tags[0].digest(SECRET) == Tag.of(TagKind.SUBJECT, "a", "bc").digest(SECRET)


def test_half_a_surrogate_pair_has_a_digest_too() -> None:
    assert len(Tag.of(TagKind.SUBJECT, "\ud800").digest(SECRET)) == 32


@pytest.mark.parametrize("spelling", ["h.p.other", "h.p.", "h.p.c2ln="])
def test_no_spelling_of_a_signature_makes_another_token(spelling: str) -> None:
    assert Tag.token(spelling) == Tag.token("h.p.sig")


def test_an_opaque_token_counts_as_a_whole() -> None:
    assert len({Tag.token(text) for text in ("h.p.s", "h.q.s", "h.p.s.t", "opaque")}) == 4
    assert "opaque" not in repr(Tag.token("opaque"))


def test_all_digests_at_once_are_the_digests_one_by_one() -> None:
    tags = [Tag.of(TagKind.ISSUER, "a"), Tag.of(TagKind.SUBJECT, "a", "b"), Tag.token("t")]
    assert digests(tags, SECRET) == b"".join(tag.digest(SECRET) for tag in tags)
