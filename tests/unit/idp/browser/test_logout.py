from urllib.parse import urlencode

import pytest

from gatepost.oidc import parse
from tests.unit.idp.calling import Client
from tests.unit.idp.party import Party
from tests.unit.idp.person import DEMO, Page, Person, refresh, replace

pytestmark = pytest.mark.anyio

AFTER = "http://127.0.0.1:8000/app/logged-out"


async def log_out(person: Person, **parameters: str) -> Page:
    return await person.open(f"{person.idp.issuer}/v1/logout?{urlencode(parameters)}")


async def signed_in(person: Person) -> bool:
    return "code" in (await person.ask(prompt="none")).told


async def test_who_shows_an_id_token_of_the_session_ends_it_and_everybody_is_told(
    idp: Client, person: Person, party: Party
) -> None:
    tokens = await person.log_in()
    answer = await log_out(
        person, id_token_hint=tokens["id_token"], post_logout_redirect_uri=AFTER, state="a b"
    )
    assert answer.location == f"{AFTER}?state=a%20b"
    assert person.cookie("session") is None
    assert not await signed_in(person)
    (told,) = (parse(token).payload for token in party.tokens)
    assert told["sid"] == parse(tokens["id_token"]).payload["sid"]


async def test_an_expired_id_token_whose_key_is_withdrawn_will_do(
    idp: Client, person: Person
) -> None:
    tokens = await person.log_in()
    idp.running.provider.world.keys.rotate(withdraw=True)
    idp.clock.time += 3600
    answer = await log_out(person, id_token_hint=tokens["id_token"], post_logout_redirect_uri=AFTER)
    assert answer.location == AFTER
    assert not await signed_in(person)


async def test_a_form_from_another_site_brings_no_cookie_and_works_by_the_sid(
    idp: Client, person: Person
) -> None:
    tokens = await person.log_in()
    elsewhere = Person(idp)
    async with elsewhere.http:
        form = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": AFTER}
        answer = await elsewhere.post(f"{idp.issuer}/v1/logout", form)
        assert answer.location == AFTER
    assert not await signed_in(person)


async def test_without_a_hint_the_person_is_asked(idp: Client, person: Person) -> None:
    await person.log_in()
    page = await log_out(person, client_id="demo-app", post_logout_redirect_uri=AFTER, state="s")
    assert page.status == 200
    assert "Demo web application asks to sign you out." in page.said
    assert "signed in as alice" in page.said
    assert await signed_in(person)
    stays = await person.send(page, choice="stay")
    assert stays.location == "/"
    assert await signed_in(person)
    page = await log_out(person, client_id="demo-app", post_logout_redirect_uri=AFTER, state="s")
    left = await person.send(page, choice="leave")
    assert left.location == f"{AFTER}?state=s"
    assert not await signed_in(person)


async def test_a_hint_that_is_not_ours_is_as_good_as_none(person: Person) -> None:
    await person.log_in()
    page = await log_out(person, id_token_hint="x.y.z")
    assert "An application asks to sign you out." in page.said
    assert await signed_in(person)


async def test_an_id_token_of_somebody_else_does_not_log_a_person_out(
    idp: Client, person: Person
) -> None:
    another = Person(idp)
    async with another.http:
        theirs = (await another.log_in())["id_token"]
        await person.sign_in(await person.ask(), "bob")
        page = await log_out(person, id_token_hint=theirs)
        assert page.read.action == "/logout"
        assert await signed_in(person)
        assert await signed_in(another)


async def test_one_without_a_sid_counts_for_its_subject(idp: Client, person: Person) -> None:
    form = {"username": "alice", "password": "alice-password", "scope": "openid"}
    _, tokens = await idp.token(DEMO, grant_type="password", **form)
    await person.log_in()
    page = await log_out(person, id_token_hint=tokens["id_token"])
    assert "You are signed out" in page.said
    assert not await signed_in(person)


async def test_where_nobody_is_signed_in_there_is_nothing_to_ask(person: Person) -> None:
    assert "You are signed out" in (await log_out(person)).said
    answer = await log_out(person, client_id="demo-app", post_logout_redirect_uri=AFTER)
    assert answer.location == AFTER


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "demo-app", "post_logout_redirect_uri": "http://evil.example/"},
        {"client_id": "demo-app", "post_logout_redirect_uri": AFTER + "/"},
        {"client_id": "tutorial-jwt", "post_logout_redirect_uri": AFTER},
        {"post_logout_redirect_uri": AFTER},
        {"client_id": "nobody"},
    ],
)
async def test_nobody_is_sent_to_a_place_that_is_not_registered(
    person: Person, wrong: dict[str, str]
) -> None:
    await person.log_in()
    page = await log_out(person, **wrong)
    assert page.status == 400
    assert await signed_in(person)


async def test_a_hint_of_another_client_id_is_refused(person: Person) -> None:
    tokens = await person.log_in()
    page = await log_out(person, id_token_hint=tokens["id_token"], client_id="demo-other")
    assert page.status == 400
    assert await signed_in(person)


async def test_a_loopback_address_may_have_another_port(person: Person) -> None:
    after = "http://localhost:49152/app/logged-out"
    answer = await log_out(person, client_id="demo-app", post_logout_redirect_uri=after)
    assert answer.location == after


async def test_a_repeated_parameter_is_refused(idp: Client, person: Person) -> None:
    page = await person.open(f"{idp.issuer}/v1/logout?state=a&state=b")
    assert page.status == 400


async def test_the_front_channel_is_a_page_of_frames_that_goes_on(
    idp: Client, person: Person
) -> None:
    await replace(
        idp,
        frontchannel_logout_uri="http://127.0.0.1:8000/app/out",
        frontchannel_logout_session_required=True,
    )
    tokens = await person.log_in()
    sid = parse(tokens["id_token"]).payload["sid"]
    page = await log_out(
        person, id_token_hint=tokens["id_token"], post_logout_redirect_uri=AFTER, state="s"
    )
    assert page.status == 200
    (frame,) = page.read.frames
    assert frame.startswith("http://127.0.0.1:8000/app/out?iss=http%3A%2F%2F127.0.0.1")
    assert frame.endswith(f"&sid={sid}")
    policy = page.headers["Content-Security-Policy"]
    assert "frame-src http://127.0.0.1:8000;" in policy
    assert "script-src 'self'" in policy
    assert f'href="{AFTER}?state=s"' in page.text
    _, made = await idp.manage("GET", "/dev/logouts")
    assert [one["kind"] for one in made] == ["back-channel", "front-channel"]


async def test_a_confirmation_counts_once_and_from_our_own_page_only(
    idp: Client, person: Person
) -> None:
    await person.log_in()
    url = idp.running.url + "/logout"
    page = await log_out(person)
    fields = {**dict(page.read.fields), "choice": "leave"}
    assert (await person.post(url, fields, Sec_Fetch_Site="cross-site")).status == 403
    assert (await person.post(url, {"choice": "leave"})).status == 403
    assert (await person.open(url)).status == 405
    assert await signed_in(person)
    assert "You are signed out" in (await person.send(page, choice="leave")).said
    assert (await person.send(page, choice="leave")).status == 403


async def test_access_tokens_die_with_the_session_where_the_application_wants_it(
    idp: Client, person: Person
) -> None:
    kept = await person.log_in()
    await log_out(person, id_token_hint=kept["id_token"])
    assert (await idp.introspect(kept["access_token"]))[1]["active"] is True
    assert (await refresh(idp, kept["refresh_token"]))[0] == 200
    await replace(idp, logout_ends_tokens=True)
    ended = await person.log_in()
    await log_out(person, id_token_hint=ended["id_token"])
    assert (await idp.introspect(ended["access_token"]))[1] == {"active": False}


@pytest.mark.parametrize(
    ("fault", "query"), [("logout-other-state", "?state=s_INVALID"), ("logout-no-state", "")]
)
async def test_the_state_that_comes_back_can_be_wrong(
    idp: Client, person: Person, fault: str, query: str
) -> None:
    await idp.spoil("logout", fault)
    asked = {"client_id": "demo-app", "post_logout_redirect_uri": AFTER}
    assert (await log_out(person, **asked)).location == AFTER  # no state to spoil
    assert (await log_out(person, **asked, state="s")).location == AFTER + query
    assert (await log_out(person, **asked, state="s")).location == f"{AFTER}?state=s"
