import asyncio

import pytest

from gatepost.oidc import KeySet, parse, verify
from tests.unit.idp.calling import Client
from tests.unit.idp.person import (
    CALLBACK,
    DEMO,
    OTHER,
    OTHER_CALLBACK,
    Person,
    authorize_url,
    redeem,
    refresh,
    replace,
)

pytestmark = pytest.mark.anyio

TO_OTHER = {"client_id": "demo-other", "redirect_uri": OTHER_CALLBACK}


async def test_a_person_signs_in_and_the_application_gets_a_code(
    idp: Client, person: Person
) -> None:
    page = await person.ask()
    assert page.status == 200
    assert "Demo web application" in page.said
    answer = await person.sign_in(page)
    assert answer.location.startswith(f"{CALLBACK}?code=")
    assert answer.told["state"] == "a state"
    assert answer.told["iss"] == idp.issuer
    status, tokens = await redeem(idp, answer.told["code"])
    assert status == 200
    assert set(tokens) == {
        "token_type", "expires_in", "access_token", "scope", "refresh_token", "id_token",
    }  # fmt: skip
    token = parse(tokens["id_token"])
    verify(token, KeySet.read(await idp.get("/v1/keys"), idp.issuer))
    assert token.payload["nonce"] == "a-nonce"
    assert token.payload["aud"] == "demo-app"


async def test_a_second_application_needs_no_page_and_shares_the_sid(
    idp: Client, person: Person
) -> None:
    first = parse((await person.log_in())["id_token"]).payload
    page = await person.ask(**TO_OTHER)
    assert page.location.startswith(OTHER_CALLBACK)
    _, tokens = await redeem(idp, page.told["code"], OTHER)
    second = parse(tokens["id_token"]).payload
    assert second["sid"] == first["sid"]
    assert second["aud"] == "demo-other"
    assert parse(tokens["access_token"]).payload["sid"] == first["sid"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": None},
        {"client_id": "nobody"},
        {"redirect_uri": None},
        {"redirect_uri": "http://evil.example/"},
        {"redirect_uri": CALLBACK + "/"},
        {"redirect_uri": CALLBACK + "?x"},
        {"redirect_uri": OTHER_CALLBACK},
        {"redirect_uri": "http://127.0.0.1:8000@evil.example/app/callback"},
    ],
)
async def test_without_a_right_client_and_address_nobody_is_sent_anywhere(
    person: Person, wrong: dict[str, str | None]
) -> None:
    page = await person.ask(**wrong)
    assert page.status == 400
    assert "Location" not in page.headers
    assert "That did not work" in page.said


async def test_a_parameter_that_repeats_is_an_error_page(idp: Client, person: Person) -> None:
    for twice in ("&state=other", "&redirect_uri=http://evil.example/"):
        page = await person.open(authorize_url(idp) + twice)
        assert page.status == 400
        assert "repeated" in page.said


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "invalid_request"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"scope": "openid root"}, "invalid_scope"),
        ({"audience": "api://other"}, "invalid_target"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "create"}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"max_age": "soon"}, "invalid_request"),
        ({"request": "ey"}, "request_not_supported"),
        ({"request_uri": "https://rp.example/r"}, "request_uri_not_supported"),
        ({"id_token_hint": "ey"}, "invalid_request"),
    ],
)
async def test_other_mistakes_are_told_to_the_application(
    idp: Client, person: Person, wrong: dict[str, str | None], error: str
) -> None:
    told = (await person.ask(**wrong)).told
    assert told["error"] == error
    assert told["error_description"]
    assert told["state"] == "a state"
    assert told["iss"] == idp.issuer
    assert "code" not in told


async def test_an_application_without_the_grant_is_refused(idp: Client, person: Person) -> None:
    await replace(idp, grant_types=["password"], response_types=[], application_type="web")
    assert (await person.ask()).told["error"] == "unauthorized_client"


async def test_an_application_that_must_use_pkce_or_par_is_held_to_it(
    idp: Client, person: Person
) -> None:
    plain: dict[str, str | None] = {"code_challenge": None, "code_challenge_method": None}
    assert (await person.ask(**plain)).status == 200
    await replace(idp, pkce_required=True)
    assert (await person.ask(**plain)).told["error"] == "invalid_request"
    await replace(idp, require_par=True)
    assert (await person.ask()).told["error_description"] == "push the request first (RFC 9126)"


async def test_a_loopback_address_may_have_another_port(person: Person) -> None:
    uri = "http://localhost:49152/app/callback"
    assert (await person.arrive(redirect_uri=uri)).location.startswith(uri)


async def test_prompt_none_answers_at_once_when_somebody_is_signed_in(person: Person) -> None:
    await person.log_in()
    assert "code" in (await person.ask(prompt="none")).told
    assert (await person.ask(prompt="none", max_age="0")).told["error"] == "login_required"


@pytest.mark.parametrize("asked", [{"prompt": "login"}, {"prompt": "select_account"}])
async def test_a_person_who_is_signed_in_can_be_asked_again(
    idp: Client, person: Person, asked: dict[str, str]
) -> None:
    first = parse((await person.log_in(max_age="1000"))["id_token"]).payload
    cookie = person.cookie("session")
    idp.clock.time += 100
    page = await person.ask(max_age="1000", **asked)
    assert page.read.action == "/login"
    answer = await person.sign_in(page)
    _, tokens = await redeem(idp, answer.told["code"])
    second = parse(tokens["id_token"]).payload
    assert second["sid"] == first["sid"]
    assert second["auth_time"] == int(str(first["auth_time"])) + 100
    assert person.cookie("session") != cookie  # nobody can have planted it


async def test_max_age_asks_again_when_the_password_is_too_long_ago(
    idp: Client, person: Person
) -> None:
    await person.log_in()
    idp.clock.time += 59
    assert "code" in (await person.ask(max_age="60")).told
    idp.clock.time += 1
    assert (await person.ask(max_age="60")).read.action == "/login"
    assert "code" in (await person.ask()).told


async def test_a_session_ends_after_twelve_hours(idp: Client, person: Person) -> None:
    await person.log_in()
    idp.clock.time += 12 * 3600
    assert (await person.ask(prompt="none")).told["error"] == "login_required"


async def test_a_deactivated_user_is_signed_in_no_more(idp: Client, person: Person) -> None:
    await person.log_in()
    await idp.manage("POST", "/api/v1/users/alice/lifecycle/deactivate")
    assert (await person.ask()).read.action == "/login"


async def test_an_id_token_hint_names_who_must_sign_in(idp: Client, person: Person) -> None:
    hint = (await person.log_in())["id_token"]
    assert "code" in (await person.ask(prompt="none", id_token_hint=hint)).told
    other = Person(idp)
    async with other.http:
        await other.sign_in(await other.ask(), "bob")
        refused = await other.ask(prompt="none", id_token_hint=hint)
        assert refused.told["error"] == "login_required"
        page = await other.ask(id_token_hint=hint)
        assert page.read.inputs["login"]["value"] == "alice"
        assert (await other.sign_in(page, "bob")).told["error"] == "login_required"


async def test_a_request_may_come_as_a_form(idp: Client, person: Person) -> None:
    url, _, query = authorize_url(idp).partition("?")
    fields = dict(pair.split("=") for pair in query.split("&"))
    fields = {"client_id": "demo-app", "response_type": "code", "redirect_uri": CALLBACK,
              "scope": "openid", "state": fields["state"]}  # fmt: skip
    assert (await person.post(url, fields)).read.action == "/login"
    await person.log_in()
    assert "code" in (await person.post(url, fields)).told


async def test_a_form_from_another_site_comes_again_so_that_cookies_come_with_it(
    idp: Client, person: Person
) -> None:
    await person.log_in()
    url = authorize_url(idp).split("?")[0]
    fields = {"client_id": "demo-app", "response_type": "code", "redirect_uri": CALLBACK,
              "scope": "openid", "state": "x y"}  # fmt: skip
    page = await person.post(url, fields, Sec_Fetch_Site="cross-site")
    assert page.location.startswith(f"{url}?client_id=demo-app&request_uri=urn")
    again = await person.open(page.location)
    assert again.told["state"] == "x y"
    assert "code" in again.told


async def test_only_get_and_post_are_taken(idp: Client) -> None:
    async with idp.http.put(idp.issuer + "/v1/authorize") as answer:
        assert answer.status == 405
        assert answer.headers["Allow"] == "GET, POST"


async def test_of_two_who_redeem_a_code_at_once_one_succeeds_and_nobody_keeps_anything(
    idp: Client, person: Person
) -> None:
    code = (await person.arrive()).told["code"]
    outcomes = await asyncio.gather(*(redeem(idp, code) for _ in range(5)))
    assert sorted(status for status, _ in outcomes) == [200, 400, 400, 400, 400]
    tokens = next(answer for status, answer in outcomes if status == 200)
    assert (await idp.introspect(tokens["access_token"]))[1] == {"active": False}
    assert (await refresh(idp, tokens["refresh_token"]))[0] == 400
    assert {a["error"] for s, a in outcomes if s == 400} == {"invalid_grant"}


async def test_without_openid_there_is_no_id_token(idp: Client, person: Person) -> None:
    tokens = await person.log_in(scope="read")
    assert "id_token" not in tokens
    assert tokens["scope"] == "read"


async def test_a_public_client_has_no_secret_and_must_use_pkce(idp: Client, person: Person) -> None:
    new = {
        "label": "Single page",
        "credentials": {"oauthClient": {"client_id": "spa", "token_endpoint_auth_method": "none"}},
        "settings": {
            "oauthClient": {
                "application_type": "browser",
                "grant_types": ["authorization_code", "refresh_token"],
                "redirect_uris": ["http://localhost/cb"],
            }
        },
        "gatepost": {"scopes": ["openid"], "refresh": "always"},
    }
    status, made = await idp.manage("POST", "/api/v1/apps", json=new)
    assert status == 200, made
    assert "client_secret" not in str(made)
    asked = {"client_id": "spa", "redirect_uri": "http://localhost:5173/cb", "scope": "openid"}
    refused = await person.ask(**asked, code_challenge=None, code_challenge_method=None)
    assert refused.told["error_description"] == "this application must use PKCE"
    code = (await person.arrive(**asked)).told["code"]
    form = {"client_id": "spa", "redirect_uri": "http://localhost:5173/cb"}
    status, tokens = await redeem(idp, code, None, **form)
    assert status == 200, tokens
    status, _ = await idp.post(
        "/v1/token", None, grant_type="refresh_token",
        refresh_token=tokens["refresh_token"], client_id="spa",
    )  # fmt: skip
    assert status == 200
    with_secret = await idp.post("/v1/token", None, client_id="spa", client_secret="")
    assert with_secret[0] == 401
    assert (await idp.post("/v1/introspect", None, client_id="spa", token="x"))[0] == 401
    assert (await idp.post("/v1/revoke", None, client_id="spa", token="x"))[0] == 200


async def test_offline_access_is_left_out_for_an_application_that_never_refreshes(
    idp: Client, person: Person
) -> None:
    await replace(idp, grant_types=["authorization_code"])
    tokens = await person.log_in(DEMO)
    assert "refresh_token" not in tokens
    assert "offline_access" not in tokens["scope"]
