import asyncio

import pytest

from gatepost.idp.directory import Directory
from gatepost.oidc import parse
from tests.unit.idp.calling import Client
from tests.unit.idp.party import Party
from tests.unit.idp.person import Person

pytestmark = pytest.mark.anyio


async def test_a_wrong_login_and_a_wrong_password_get_the_same_answer(person: Person) -> None:
    page = await person.ask()
    wrong = [
        await person.send(page, login=login, password=password)
        for login, password in (("alice", "x"), ("nobody", "alice-password"), ("", ""))
    ]
    for answer in wrong:
        assert answer.status == 403
        assert "Login or password is wrong." in answer.said
        assert answer.read.inputs["password"].get("value") is None
    assert person.cookie("session") is None
    assert "code" in (await person.sign_in(wrong[0])).told


async def test_the_form_remembers_the_login_that_was_hinted_and_that_was_tried(
    person: Person,
) -> None:
    page = await person.ask(login_hint='bob"><script>')
    field = page.read.inputs["login"]
    assert field["value"] == 'bob"><script>'
    assert "<script>" not in page.text
    assert "autofocus" in page.read.inputs["password"]
    wrong = await person.send(page, login="carol", password="x")
    assert wrong.read.inputs["login"]["value"] == "carol"


async def test_the_form_can_be_used_without_seeing_it(person: Person) -> None:
    page = await person.ask()
    for name in ("login", "password"):
        assert f'<label for="{name}">' in page.text
        assert page.read.inputs[name]["id"] == name
    assert page.read.inputs["password"]["autocomplete"] == "current-password"
    wrong = await person.send(page, login="alice", password="x")
    assert 'role="alert"' in wrong.text
    assert wrong.read.inputs["password"]["aria-invalid"] == "true"
    assert wrong.read.inputs["password"]["aria-describedby"] == "wrong"


async def test_it_lists_who_can_sign_in_and_says_what_it_is(idp: Client, person: Person) -> None:
    await idp.manage("POST", "/api/v1/users/bob/lifecycle/deactivate")
    page = await person.ask()
    assert "alice-password" in page.said
    assert "bob-password" not in page.said
    assert "For development only." in page.said


async def test_of_many_users_some_are_listed(idp: Client, person: Person) -> None:
    directory: Directory = idp.running.provider.world.directory
    alice = directory.user_by_login("alice")
    assert alice is not None
    for number in range(30):
        new = {"profile": {"login": f"u{number}"}, "credentials": {"password": {"value": "p"}}}
        await idp.manage("POST", "/api/v1/users", json=new)
    page = await person.ask()
    assert "and 12 more" in page.said
    assert "u29" not in page.said


async def test_who_cancels_goes_back_with_an_error(person: Person) -> None:
    answer = await person.send(await person.ask(), choice="cancel")
    assert answer.told["error"] == "access_denied"


async def test_a_form_is_good_once(person: Person) -> None:
    page = await person.ask()
    await person.sign_in(page)
    again = await person.sign_in(page)
    assert again.status == 403
    assert "too old, or it was sent before" in again.said


async def test_a_form_of_an_attackers_browser_signs_nobody_in_elsewhere(
    idp: Client, person: Person
) -> None:
    attacker = Person(idp)
    async with attacker.http:
        theirs = await attacker.ask()
        for _ in range(2):  # before and after the victim has a browser cookie
            answer = await person.sign_in(theirs, "bob")
            assert answer.status == 403
            assert person.cookie("session") is None
            await person.ask()


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_a_form_that_another_origin_sends_signs_nobody_in(
    idp: Client, person: Person, site: str
) -> None:
    fields = {**dict((await person.ask()).read.fields), "login": "bob", "password": "bob-password"}
    answer = await person.post(idp.running.url + "/login", fields, Sec_Fetch_Site=site)
    assert answer.status == 403
    assert "Set-Cookie" not in answer.headers
    answer = await person.post(idp.running.url + "/login", fields, Sec_Fetch_Site="same-origin")
    assert answer.status == 303


async def test_a_form_without_a_ticket_or_by_get_is_refused(idp: Client, person: Person) -> None:
    url = idp.running.url + "/login"
    form = {"login": "alice", "password": "alice-password"}
    assert (await person.post(url, form)).status == 403
    page = await person.open(url)
    assert (page.status, page.headers["Allow"]) == (405, "POST")


async def test_the_ticket_of_another_form_is_of_no_use(idp: Client, person: Person) -> None:
    await person.log_in()
    consent = await person.ask(prompt="consent")
    ticket = dict(consent.read.fields)["ticket"]
    form = {"ticket": ticket, "login": "bob", "password": "bob-password"}
    assert (await person.post(idp.running.url + "/login", form)).status == 403


async def test_somebody_else_on_the_same_browser_ends_the_session_before(
    idp: Client, person: Person, party: Party
) -> None:
    first = parse((await person.log_in())["id_token"]).payload
    answer = await person.sign_in(await person.ask(prompt="login"), "bob")
    assert "code" in answer.told
    (told,) = (parse(token).payload for token in party.tokens)
    assert (told["sub"], told["sid"]) == ("alice", first["sid"])
    home = await person.open(idp.running.url)
    assert "as bob" in home.said


async def test_two_forms_in_one_browser_do_not_disturb_each_other(person: Person) -> None:
    first, second = await person.ask(state="1"), await person.ask(state="2")
    assert (await person.sign_in(second)).told["state"] == "2"
    assert (await person.sign_in(first)).told["state"] == "1"


async def test_nor_do_two_that_opened_at_once_in_a_browser_without_cookies(person: Person) -> None:
    first, second = await asyncio.gather(person.ask(state="1"), person.ask(state="2"))
    assert (await person.sign_in(first)).told["state"] == "1"
    assert (await person.sign_in(second)).told["state"] == "2"
