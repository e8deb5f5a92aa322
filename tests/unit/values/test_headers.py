from gatepost.values import Headers

FIELDS = Headers([("Accept", "a"), ("X-Key", "hush-hush"), ("ACCEPT", "b")])


def test_names_are_found_in_any_case_and_values_keep_their_order() -> None:
    assert FIELDS.all("accept") == ("a", "b")
    assert FIELDS.get("aCCept") == "a"
    assert "x-key" in FIELDS
    assert (FIELDS.all("other"), FIELDS.get("other"), FIELDS.get("other", "-")) == ((), None, "-")
    assert 7 not in FIELDS


def test_an_empty_value_is_there() -> None:
    fields = Headers([("X-Empty", "")])
    assert "x-empty" in fields
    assert fields.get("x-empty", "-") == ""


def test_setting_one_makes_a_copy_with_one_value() -> None:
    changed = FIELDS.with_("accept", "c")
    assert list(changed) == [("X-Key", "hush-hush"), ("accept", "c")]
    assert len(FIELDS) == 3


def test_equal_headers_differ_in_the_case_of_names_alone() -> None:
    same = Headers([("accept", "a"), ("x-key", "hush-hush"), ("accept", "b")])
    assert same == FIELDS
    assert hash(same) == hash(FIELDS)
    assert Headers([("accept", "b"), ("accept", "a")]) != Headers(
        [("accept", "a"), ("accept", "b")]
    )
    assert Headers.holding((("Accept", "a"),)) == Headers([("accept", "a")])
    assert FIELDS != [("Accept", "a")]


def test_values_are_not_printed() -> None:
    assert repr(FIELDS) == "Headers(['Accept', 'X-Key', 'ACCEPT'])"
