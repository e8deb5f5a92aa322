from gatepost.admin.tokens import digest_of, new_token, token_id


def test_a_token_holds_its_id_and_is_kept_as_a_digest() -> None:
    one, other = new_token(), new_token()
    assert token_id(one.text) == one.id
    assert digest_of(one.text) == one.digest
    assert one.text not in one.digest
    assert one.text != other.text
    assert len(one.text) < 80


def test_other_texts_are_no_tokens() -> None:
    for text in ("", "x", "gpa_", f"{new_token().text}x", new_token().text.upper()):
        assert token_id(text) is None
