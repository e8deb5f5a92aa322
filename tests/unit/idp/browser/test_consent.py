import pytest

from tests.unit.idp.calling import Client
from tests.unit.idp.person import Person, redeem, replace

pytestmark = pytest.mark.anyio


async def test_nobody_is_asked_unless_the_application_or_the_request_says_so(
    person: Person,
) -> None:
    await person.log_in()
    assert "code" in (await person.ask()).told
    page = await person.ask(prompt="consent")
    assert page.status == 200
    assert "Allow Demo web application?" in page.said
    assert "see your email address email" in page.said
    assert "signed in as alice" in page.said


async def test_who_allows_goes_on_and_is_not_asked_again(idp: Client, person: Person) -> None:
    await replace(idp, consent_method="REQUIRED")
    page = await person.arrive(scope="openid email")
    answer = await person.send(page, choice="allow")
    assert (await redeem(idp, answer.told["code"]))[0] == 200
    assert "code" in (await person.ask(scope="openid email")).told
    assert "code" in (await person.ask(scope="email", prompt="none")).told
    more = await person.ask(scope="openid email profile")
    assert more.read.action == "/consent"
    refused = await person.ask(scope="openid email profile", prompt="none")
    assert refused.told["error"] == "consent_required"


async def test_another_person_is_asked_for_themselves(idp: Client, person: Person) -> None:
    await replace(idp, consent_method="REQUIRED")
    await person.send(await person.arrive(), choice="allow")
    another = Person(idp)
    async with another.http:
        page = await another.sign_in(await another.ask(), "bob")
        assert page.read.action == "/consent"


async def test_who_does_not_allow_goes_back_with_an_error(idp: Client, person: Person) -> None:
    await replace(idp, consent_method="REQUIRED")
    for choice in ({"choice": "deny"}, {"choice": "other"}, {}):
        answer = await person.send(await person.arrive(), **choice)
        assert answer.told["error"] == "access_denied"
    assert (await person.ask()).read.action == "/consent"


async def test_an_answer_counts_once_and_from_our_own_page_only(
    idp: Client, person: Person
) -> None:
    await person.log_in()
    url = idp.running.url + "/consent"
    page = await person.ask(prompt="consent")
    fields = {**dict(page.read.fields), "choice": "allow"}
    assert (await person.post(url, fields, Sec_Fetch_Site="cross-site")).status == 403
    assert (await person.post(url, {"choice": "allow"})).status == 403
    assert "code" in (await person.send(page, choice="allow")).told
    assert (await person.send(page, choice="allow")).status == 403
    assert (await person.open(url)).status == 405


async def test_an_answer_of_another_browser_does_not_count(idp: Client, person: Person) -> None:
    await person.log_in()
    page = await person.ask(prompt="consent")
    another = Person(idp)
    async with another.http:
        await another.log_in()
        assert (await another.send(page, choice="allow")).status == 403


async def test_an_answer_does_not_count_for_who_signed_in_meanwhile(person: Person) -> None:
    await person.log_in()
    page = await person.ask(prompt="consent")
    await person.sign_in(await person.ask(prompt="login"), "bob")
    answer = await person.send(page, choice="allow")
    assert answer.status == 403
    assert "somebody else has signed in" in answer.said
