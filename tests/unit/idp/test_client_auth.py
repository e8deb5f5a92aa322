import base64

import pytest

from gatepost.idp.asking import Asking, RefusedError
from gatepost.idp.client_auth import authenticate
from gatepost.idp.directory import Directory
from gatepost.idp.seed import ApplicationSeed, Seed
from gatepost.values import FixedClock


@pytest.fixture
def directory() -> Directory:
    seed = Seed(
        applications=(
            ApplicationSeed(id="app", secret="s3cret"),
            ApplicationSeed(id="a:b c", secret="p+ä%"),
            ApplicationSeed(id="basic", secret="s", client_auth="client_secret_basic"),
            ApplicationSeed(id="post", secret="s", client_auth="client_secret_post"),
        )
    )
    return Directory(seed, FixedClock(1.0))


def basic(text: str) -> Asking:
    return raw(b"Basic " + base64.b64encode(text.encode()))


def raw(value: bytes) -> Asking:
    return Asking("POST", [(b"authorization", value)], b"")


NO_HEADER = Asking("POST", [], b"")


def test_credentials_are_taken_from_the_header_or_from_the_form(directory: Directory) -> None:
    assert authenticate(basic("app:s3cret"), {}, directory).id == "app"
    form = {"client_id": "app", "client_secret": "s3cret"}
    assert authenticate(NO_HEADER, form, directory).id == "app"


def test_inside_basic_id_and_secret_are_form_encoded(directory: Directory) -> None:
    assert authenticate(basic("a%3Ab+c:p%2B%C3%A4%25"), {}, directory).id == "a:b c"


@pytest.mark.parametrize("text", ["app:wrong", "app:", "nobody:s3cret", ":", "app"])
def test_wrong_credentials_are_refused_with_a_challenge(directory: Directory, text: str) -> None:
    with pytest.raises(RefusedError) as caught:
        authenticate(basic(text), {}, directory)
    reply = caught.value.reply()
    assert (reply.status, caught.value.error) == (401, "invalid_client")
    assert (reply.headers.get("www-authenticate") or "").startswith("Basic ")


@pytest.mark.parametrize("value", [b"Bearer x", b"Basic", b"Basic !!!", b"Basic /w==", b""])
def test_an_unreadable_header_is_refused(directory: Directory, value: bytes) -> None:
    with pytest.raises(RefusedError):
        authenticate(raw(value), {}, directory)


def test_no_credentials_are_refused(directory: Directory) -> None:
    with pytest.raises(RefusedError):
        authenticate(NO_HEADER, {}, directory)


def test_credentials_that_come_twice_are_refused(directory: Directory) -> None:
    for form in ({"client_secret": "s3cret"}, {"client_id": "other"}):
        with pytest.raises(RefusedError) as caught:
            authenticate(basic("app:s3cret"), form, directory)
        assert caught.value.status == 400
    assert authenticate(basic("app:s3cret"), {"client_id": "app"}, directory).id == "app"


def test_a_deactivated_application_is_refused(directory: Directory) -> None:
    directory.applications.by_id["app"].life.end()
    with pytest.raises(RefusedError) as caught:
        authenticate(basic("app:s3cret"), {}, directory)
    assert caught.value.error == "invalid_client"


def test_an_application_that_is_told_how_to_authenticate_must_do_so(directory: Directory) -> None:
    assert authenticate(basic("basic:s"), {}, directory).id == "basic"
    with pytest.raises(RefusedError, match="invalid_client"):
        authenticate(basic("post:s"), {}, directory)
    with pytest.raises(RefusedError, match="invalid_client"):
        authenticate(NO_HEADER, {"client_id": "basic", "client_secret": "s"}, directory)


def test_a_public_client_says_its_name_where_that_is_enough(directory: Directory) -> None:
    directory.add_application(ApplicationSeed(id="spa", client_auth="none", grants=()))
    assert authenticate(NO_HEADER, {"client_id": "spa"}, directory, public=True).id == "spa"
    for asking, form, public in (
        (NO_HEADER, {"client_id": "spa"}, False),
        (NO_HEADER, {"client_id": "spa", "client_secret": ""}, True),
        (basic("spa:"), {}, True),
        (NO_HEADER, {"client_id": "app"}, True),
        (NO_HEADER, {"client_id": "nobody"}, True),
    ):
        with pytest.raises(RefusedError, match="invalid_client"):
            authenticate(asking, form, directory, public=public)
