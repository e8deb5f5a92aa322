from gatepost.admin.cautions import Cautions
from gatepost.model import Plugin
from gatepost.plugin import installed
from tests.unit.store.whole import uid

LOGIN = {
    "issuer": "https://id.example/",
    "client_id": ["a"],
    "auth_methods": ["authorization_code", "session"],
}


def plugin(**config: object) -> Plugin:
    return Plugin(id=uid(1), name="openid-connect", config=LOGIN | config)


def test_a_login_without_a_secret_for_its_sessions_is_told() -> None:
    known = Cautions()
    assert any("session_secret is unset" in one for one in known.of(installed(), plugin()))
    kept = known.of(installed(), plugin(session_secret="{vault://env/SESSION}" + "x" * 40))
    assert not any("session_secret" in one for one in kept)


def test_what_cannot_be_read_has_no_cautions() -> None:
    known = Cautions()
    assert known.of(installed(), Plugin(id=uid(1), name="no-such")) == ()
    assert known.of(installed(), plugin(issuer=5)) == ()


def test_an_instance_is_read_once_until_it_changes() -> None:
    known, one = Cautions(), plugin()
    first = known.of(installed(), one)
    assert known.of(installed(), one) is first
    assert known.of(installed(), plugin(session_secret="x" * 40)) != first
