from gatepost.console.collection.form import basic_of, form_of
from tests.unit.console.collection.calls import ORDER, PERSON, REFRESH


def put(kind: str, value: str) -> str:
    return f"<{kind}={value}>"


def test_each_grant_asks_with_what_it_wants() -> None:
    assert form_of(ORDER, put, lambda _, words: words) == [
        ("grant_type", "client_credentials"), ("scope", "read write"), ("audience", "api"),
    ]  # fmt: skip
    assert form_of(PERSON, put, lambda _, words: words) == [
        ("grant_type", "password"), ("username", "<username=ann>"),
        ("password", "<password=canary-password>"), ("scope", "openid"),
        ("client_id", "<client_id=web>"), ("client_secret", "<client_secret=canary-web>"),
    ]  # fmt: skip
    assert form_of(REFRESH, put, lambda _, words: words) == [
        ("grant_type", "refresh_token"), ("refresh_token", "<refresh_token=canary-refresh>"),
        ("client_id", "<client_id=spa>"),
    ]  # fmt: skip


def test_id_and_secret_stand_in_one_place() -> None:
    assert basic_of(ORDER, put) == ("<client_id=app>", "<client_secret=canary-secret>")
    assert basic_of(PERSON, put) is None
    assert basic_of(REFRESH, put) is None
