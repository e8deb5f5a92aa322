from gatepost.admin.tokens import digest_of, is_token, new_token


def test_a_token_is_kept_as_a_digest() -> None:
    one, other = new_token(), new_token()
    assert digest_of(one.text) == one.digest
    assert one.text not in one.digest
    assert one.text != other.text
    assert is_token(one.text)


def test_other_texts_are_no_tokens() -> None:
    for text in ("", "x", "gpa_", f"{new_token().text}x", "gpn_" + new_token().text[4:]):
        assert not is_token(text)
