import json

import msgspec
import pytest

from gatepost.idp import okta
from gatepost.idp.directory import Application, Group, User
from gatepost.idp.seed import ApplicationSeed, UserSeed


def test_a_new_application_gets_an_id_and_a_secret() -> None:
    seed = okta.read_application(b'{"label": "mine"}')
    assert seed.id.startswith("0oa")
    assert len(seed.secret) >= 30
    assert seed.access_token == "jwt"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"label": "x", "visibility": {}},
        {"label": "x", "signOnMode": "SAML_2_0"},
        {"label": "x", "gatepost": {"claims": {"iss": "x"}}},
        {"label": "x", "settings": {"oauthClient": {"grant_types": ["implicit"]}}},
    ],
)
def test_what_would_be_ignored_is_refused(body: dict[str, object]) -> None:
    with pytest.raises((msgspec.MsgspecError, ValueError)):
        okta.read_application(json.dumps(body).encode())


def test_a_secret_is_shown_only_when_asked_for() -> None:
    one = Application(ApplicationSeed(id="a", secret="hidden"), 0.0)
    assert "hidden" not in json.dumps(okta.application(one))
    created = okta.application(one, secret=True)
    assert created["credentials"]["oauthClient"]["client_secret"] == "hidden"


def test_a_user_is_written_without_the_password() -> None:
    one = User("00u1", UserSeed(login="ann", password="hidden"), 86_400.0)
    written = okta.user(one)
    assert "hidden" not in json.dumps(written)
    assert written["created"] == "1970-01-02T00:00:00.000Z"
    one.life.end()
    assert okta.user(one)["status"] == "DEPROVISIONED"


def test_users_and_groups_are_read_strictly() -> None:
    user = b'{"profile": {"login": "a"}, "credentials": {"password": {"value": "p"}}}'
    assert okta.read_user(user).login == "a"
    assert okta.read_group(b'{"profile": {"name": "g"}}').name == "g"
    for read in (okta.read_user, okta.read_group):
        with pytest.raises(msgspec.MsgspecError):
            read(b'{"profile": {"name": "g", "more": 1}}')


def test_groups_and_problems_look_like_oktas() -> None:
    group = okta.group(Group("00g1", "staff", "those", 0.0))
    assert group["profile"] == {"name": "staff", "description": "those"}
    assert okta.problem("E1", "why")["errorCode"] == "E1"
