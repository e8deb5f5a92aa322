import json
from typing import Any

import msgspec
import pytest

from gatepost.idp.application_seed import ApplicationSeed
from gatepost.idp.directory import Application
from gatepost.idp.okta_application import application, read_application


def read(settings: dict[str, Any], **more: Any) -> ApplicationSeed:
    body = {"label": "x", "settings": {"oauthClient": settings}, **more}
    return read_application(json.dumps(body).encode())


def test_a_new_application_gets_an_id_and_a_secret() -> None:
    seed = read_application(b'{"label": "mine"}')
    assert seed.id.startswith("0oa")
    assert len(seed.secret) >= 30
    assert seed.access_token == "jwt"
    assert seed.kind == "service"


def test_oktas_names_are_read() -> None:
    seed = read(
        {
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            "application_type": "web",
            "redirect_uris": ["https://rp.example/cb"],
            "post_logout_redirect_uris": ["https://rp.example/"],
            "consent_method": "REQUIRED",
            "refresh_token": {"rotation_type": "STATIC", "leeway": 5},
            "frontchannel_logout_uri": "https://rp.example/out",
            "frontchannel_logout_session_required": True,
        },
        credentials={"oauthClient": {"pkce_required": True}},
        gatepost={
            "backchannel_logout_uri": "https://rp.example/back",
            "backchannel_logout_session_required": True,
            "reuse": "refuse",
            "require_par": True,
        },
    )
    assert (seed.kind, seed.consent, seed.rotation, seed.reuse_grace) == ("web", True, "keep", 5)
    assert seed.redirect_uris == ("https://rp.example/cb",)
    assert seed.post_logout_redirect_uris == ("https://rp.example/",)
    assert seed.frontchannel_logout_uri == "https://rp.example/out"
    assert seed.backchannel_logout_uri == "https://rp.example/back"
    assert seed.require_pkce
    assert seed.require_par
    assert seed.reuse == "refuse"


def test_what_is_written_can_be_read_again() -> None:
    seed = ApplicationSeed(
        id="a",
        secret="s",
        label="A",
        grants=("authorization_code", "password"),
        redirect_uris=("http://localhost/cb",),
        consent=True,
        rotation="keep",
        reuse_grace=7,
        require_pkce=True,
        userinfo_signed=True,
        logout_ends_tokens=True,
        frontchannel_logout_uri="http://localhost/out",
    )
    one = Application(seed, 0.0)
    written = application(one)
    kept = {name: written[name] for name in ("label", "credentials", "settings", "gatepost")}
    assert read_application(json.dumps(kept).encode(), one) == seed


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"label": "x", "visibility": {}},
        {"label": "x", "signOnMode": "SAML_2_0"},
        {"label": "x", "gatepost": {"claims": {"iss": "x"}}},
        {"label": "x", "settings": {"oauthClient": {"grant_types": ["implicit"]}}},
        {"label": "x", "settings": {"oauthClient": {"response_types": ["token"]}}},
        {"label": "x", "settings": {"oauthClient": {"response_types": ["code"]}}},
        {"label": "x", "settings": {"oauthClient": {"grant_types": ["authorization_code"]}}},
        {"label": "x", "settings": {"oauthClient": {"redirect_uris": ["javascript:x"]}}},
    ],
)
def test_what_would_be_ignored_or_cannot_be_is_refused(body: dict[str, object]) -> None:
    with pytest.raises((msgspec.MsgspecError, ValueError)):
        read_application(json.dumps(body).encode())


def test_a_secret_is_shown_only_when_asked_for() -> None:
    one = Application(ApplicationSeed(id="a", secret="hidden"), 0.0)
    assert "hidden" not in json.dumps(application(one))
    created = application(one, secret=True)
    assert created["credentials"]["oauthClient"]["client_secret"] == "hidden"


def test_an_application_that_is_replaced_keeps_id_and_secret_unless_given() -> None:
    one = Application(ApplicationSeed(id="a", secret="hidden"), 0.0)
    kept = read_application(b'{"label": "new"}', one)
    assert (kept.id, kept.secret, kept.label) == ("a", "hidden", "new")
    client = {"client_secret": "other"}
    body = json.dumps({"label": "new", "credentials": {"oauthClient": client}}).encode()
    assert read_application(body, one).secret == "other"
    public = {"token_endpoint_auth_method": "none"}
    body = json.dumps(
        {
            "label": "new",
            "credentials": {"oauthClient": public},
            "settings": {"oauthClient": {"grant_types": []}},
        }
    ).encode()
    assert read_application(body, one).secret == ""


def test_what_was_shown_can_be_sent_back_but_not_with_another_id_or_status() -> None:
    one = Application(ApplicationSeed(id="a", secret="s", scopes=("read",)), 0.0)
    shown = application(one)
    assert read_application(json.dumps(shown).encode(), one).scopes == ("read",)
    for change in ({"id": "b"}, {"status": "INACTIVE"}, {"created": "now"}):
        with pytest.raises(ValueError, match="cannot be changed so"):
            read_application(json.dumps({**shown, **change}).encode(), one)
    with pytest.raises(msgspec.MsgspecError):
        read_application(json.dumps(shown).encode())
