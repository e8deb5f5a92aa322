import json
from collections.abc import Callable

import pytest

from gatepost.oidc import discovery
from gatepost.oidc.provider import ENDPOINTS
from gatepost.values import By, Fault, Headers, Reply, Transport

ISSUER = "https://issuer.example/oauth2/default"
WELL_KNOWN = f"{ISSUER}/.well-known/openid-configuration"
Answer = Callable[..., Reply]


def _document(**changes: object) -> str:
    document: dict[str, object] = {
        "issuer": ISSUER,
        "token_endpoint": f"{ISSUER}/v1/token",
        "jwks_uri": f"{ISSUER}/v1/keys",
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "custom": {"a": 1},
        **changes,
    }
    return json.dumps({name: value for name, value in document.items() if value is not ...})


def _code(reply: Reply, issuer: str = ISSUER) -> str:
    with pytest.raises(Fault) as raised:
        discovery.read(reply, issuer)
    assert raised.value.by is By.PROVIDER
    return raised.value.code


@pytest.mark.parametrize(
    ("issuer", "location", "identifier"),
    [
        (ISSUER, WELL_KNOWN, ISSUER),
        (WELL_KNOWN, WELL_KNOWN, ISSUER),
        ("https://i.example", "https://i.example/.well-known/openid-configuration", "https://i.example"),
        ("https://i.example/", "https://i.example/.well-known/openid-configuration",
         "https://i.example/"),
        (f"{WELL_KNOWN}?p=b2c_1", f"{WELL_KNOWN}?p=b2c_1", ISSUER),
        ("https://i.example/.well-known/oauth-authorization-server/t/1",
         "https://i.example/.well-known/oauth-authorization-server/t/1", "https://i.example/t/1"),
        ("https://i.example/.well-known/oauth-authorization-server",
         "https://i.example/.well-known/oauth-authorization-server", "https://i.example"),
        ("http://127.0.0.1:8180/x", "http://127.0.0.1:8180/x/.well-known/openid-configuration",
         "http://127.0.0.1:8180/x"),
    ],
)  # fmt: skip
def test_both_forms_of_an_issuer_lead_to_its_document(
    issuer: str, location: str, identifier: str
) -> None:
    assert discovery.location(issuer) == location
    assert discovery.identifier(issuer) == identifier


@pytest.mark.parametrize(
    "issuer", ["", "issuer", "https://", "https://[", "https://a@b", "https://i?x=1", "https://i#f"]
)
def test_an_issuer_that_has_no_document_is_the_operators_mistake(issuer: str) -> None:
    with pytest.raises(Fault) as raised:
        discovery.location(issuer)
    assert (raised.value.code, raised.value.by) == ("config.issuer", By.OPERATOR)
    assert discovery.identifier(issuer) == issuer


def test_the_document_is_asked_for_with_extra_headers() -> None:
    call = discovery.request(
        ISSUER, headers=Headers([("x-key", "1")]), transport=Transport(timeout=3)
    )
    assert (call.method, call.url, call.purpose) == ("GET", WELL_KNOWN, "discovery")
    assert (call.headers.get("x-key"), call.transport.timeout) == ("1", 3)


def test_a_document_is_read_and_unknown_members_are_kept(answer: Answer) -> None:
    provider = discovery.read(answer(_document()), ISSUER)
    assert provider.issuer == ISSUER
    assert provider.require("token_endpoint") == f"{ISSUER}/v1/token"
    assert provider.token_endpoint_auth_methods_supported == ("client_secret_basic",)
    assert provider.userinfo_endpoint is None
    assert provider.document["custom"] == {"a": 1}
    assert not provider.insecure
    assert discovery.read(answer(_document()), WELL_KNOWN) == provider


@pytest.mark.parametrize(
    "issuer",
    [f"{ISSUER}INVALID", f"{ISSUER}/", ISSUER.upper(), ..., None, 1, [ISSUER], "https://evil"],
)
def test_a_document_of_another_issuer_is_refused(answer: Answer, issuer: object) -> None:
    assert _code(answer(_document(issuer=issuer))) == "provider.issuer_mismatch"


def test_a_slash_at_the_end_is_the_documents_choice_only_where_its_address_was_given(
    answer: Answer,
) -> None:
    reply = answer(_document(issuer=f"{ISSUER}/"))
    assert discovery.read(reply, WELL_KNOWN).issuer == f"{ISSUER}/"
    assert _code(answer(_document(issuer=f"{ISSUER}//")), WELL_KNOWN) == "provider.issuer_mismatch"


def test_an_issuer_that_the_operator_lists_is_accepted(answer: Answer) -> None:
    reply = answer(_document(issuer="https://sts.example/{tenant}/"))
    allowed = ["https://sts.example/{tenant}/"]
    assert discovery.read(reply, ISSUER, issuers_allowed=allowed).issuer == allowed[0]
    assert _code(reply) == "provider.issuer_mismatch"


@pytest.mark.parametrize(
    "url",
    [
        1,
        "",
        [],
        "/token",
        "http://issuer.example/t",
        "ftp://i/t",
        "https://a@b/t",
        "https://i/t#f",
        {},
    ],
)
def test_an_endpoint_that_cannot_be_called_is_refused(answer: Answer, url: object) -> None:
    for name in ("token_endpoint", "jwks_uri", "introspection_endpoint"):
        assert _code(answer(_document(**{name: url}))) == "provider.bad_metadata"


@pytest.mark.parametrize("value", ["client_secret_basic", [1], {"a": 1}])
def test_a_list_that_is_none_is_refused(answer: Answer, value: object) -> None:
    document = _document(token_endpoint_auth_methods_supported=value)
    assert _code(answer(document)) == "provider.bad_metadata"


def test_a_plain_http_issuer_works_and_is_noted(answer: Answer) -> None:
    issuer = "http://127.0.0.1:8180"
    provider = discovery.read(answer(_document(issuer=issuer, token_endpoint=...)), issuer)
    assert provider.insecure


@pytest.mark.parametrize("status", [301, 302, 404, 429, 500])
def test_any_other_status_is_the_providers_failure(answer: Answer, status: int) -> None:
    assert _code(answer(_document(), status=status)) == "provider.bad_status"


def test_a_broken_or_huge_document_is_refused(answer: Answer) -> None:
    for body in ("", "[]", "<html>", _document()[:-1], _document(x="x" * 2_000_000)):
        assert _code(answer(body)) == "provider.bad_answer"


FACTS = {
    "authorization_response_iss_parameter_supported": True,
    "backchannel_logout_supported": True,
    "frontchannel_logout_supported": True,
    "require_pushed_authorization_requests": True,
    "require_signed_request_object": True,
    "authorization_signing_alg_values_supported": ["PS256"],
    "code_challenge_methods_supported": ["plain", "S256"],
    "grant_types_supported": ["authorization_code"],
    "response_modes_supported": ["form_post", "jwt"],
    "userinfo_signing_alg_values_supported": [],
}


def test_what_a_provider_can_do_is_read(answer: Answer) -> None:
    push = f"{ISSUER}/v1/par"
    provider = discovery.read(
        answer(_document(pushed_authorization_request_endpoint=push, **FACTS)), ISSUER
    )
    assert provider.require("pushed_authorization_request_endpoint") == push
    for name, value in FACTS.items():
        expected = tuple(value) if isinstance(value, list) else value
        assert getattr(provider, name) == expected, name


def test_what_a_provider_does_not_say_it_does_not_do(answer: Answer) -> None:
    for absent in (..., None):
        provider = discovery.read(answer(_document(**dict.fromkeys(FACTS, absent))), ISSUER)
        for name, value in FACTS.items():
            assert getattr(provider, name) == (() if isinstance(value, list) else False), name


@pytest.mark.parametrize("name", [name for name, value in FACTS.items() if value is True])
@pytest.mark.parametrize("value", ["true", "false", 1, 0, [True], {}, ""])
def test_a_flag_that_is_neither_true_nor_false_is_refused(
    answer: Answer, name: str, value: object
) -> None:
    assert _code(answer(_document(**{name: value}))) == "provider.bad_metadata"


@pytest.mark.parametrize("name", [name for name, value in FACTS.items() if value is not True])
@pytest.mark.parametrize("value", ["S256", 1, True, ["S256", None], [["S256"]], {"S256": True}])
def test_every_list_must_be_one_of_texts(answer: Answer, name: str, value: object) -> None:
    assert _code(answer(_document(**{name: value}))) == "provider.bad_metadata"


@pytest.mark.parametrize("name", ENDPOINTS)
@pytest.mark.parametrize("url", [1, "", "/x", "http://issuer.example/x", "https://good@evil/x"])
def test_every_endpoint_must_be_one_that_can_be_called(
    answer: Answer, name: str, url: object
) -> None:
    assert _code(answer(_document(**{name: url}))) == "provider.bad_metadata"
