import pytest

from tests.unit.idp.calling import Client
from tests.unit.idp.person import Person

pytestmark = pytest.mark.anyio


async def test_it_says_what_it_is_and_that_nobody_is_signed_in(idp: Client, person: Person) -> None:
    page = await person.open(idp.running.url)
    assert "For development only" in page.said
    assert "Nobody is signed in" in page.said
    assert idp.issuer in page.said
    assert page.read.action is None


async def test_it_says_who_is_signed_in_and_where_they_went(idp: Client, person: Person) -> None:
    await person.log_in()
    page = await person.open(idp.running.url)
    assert "You are signed in as alice" in page.said
    assert "Demo web application" in page.said
    left = await person.send(page, choice="leave")
    assert "You are signed out" in left.said
    assert "Nobody is signed in" in (await person.open(idp.running.url)).said


async def test_only_get_is_taken(idp: Client, person: Person) -> None:
    assert (await person.post(idp.running.url, {})).status == 405
