from gatepost.console.differences import Difference, differences, flat


def test_only_what_is_other_is_told_by_its_whole_name() -> None:
    before = {"name": "a", "config": {"ttl": 3, "scopes": ["x"]}, "updated_at": 1, "gone": "<b>"}
    after = {"name": "a", "config": {"ttl": 5, "scopes": ["x"]}, "updated_at": 2, "new": None}
    assert differences(before, after) == [
        Difference("config.ttl", "3", "5"),
        Difference("gone", "<b>", None),
    ]


def test_what_was_made_or_deleted_is_told_whole_and_secrets_only_in_words() -> None:
    made = differences(None, {"name": "a", "tags": ["x", "ü"], "secrets_changed": True})
    assert made == [Difference("name", None, "a"), Difference("tags", None, '["x", "ü"]')]
    assert differences({"name": "a"}, None) == [Difference("name", "a", None)]
    assert differences(None, None) == []


def test_an_empty_object_stays_one() -> None:
    assert flat({"config": {}, "a": {"b": {"c": 1}}, "n": None}) == {"config": {}, "a.b.c": 1}
