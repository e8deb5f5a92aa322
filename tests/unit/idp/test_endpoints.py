import pytest

from gatepost.idp.application_seed import ApplicationSeed
from gatepost.idp.asking import Asking, RefusedError
from gatepost.idp.endpoints import World

FORM = (b"content-type", b"application/x-www-form-urlencoded")


def test_a_caller_is_counted_once_it_has_proved_its_secret(world: World) -> None:
    good = b"client_id=gateway&client_secret=gateway-secret&x=1"
    application, form = world.caller(Asking("POST", [FORM], good), "token")
    assert application.id == "gateway"
    assert form["x"] == "1"
    with pytest.raises(RefusedError):
        world.caller(Asking("POST", [FORM], good.replace(b"-secret", b"-wrong")), "token")
    assert world.counters.shown([])["clients"] == {"gateway": {"token": 1}}


def test_only_post_is_taken(world: World) -> None:
    with pytest.raises(RefusedError) as caught:
        world.caller(Asking("GET", [FORM], b""), "token")
    assert caught.value.status == 405
    assert caught.value.reply().headers.get("allow") == "POST"


def test_an_application_without_a_secret_calls_only_where_that_is_enough(world: World) -> None:
    world.directory.add_application(ApplicationSeed(id="spa", client_auth="none", grants=()))
    asking = Asking("POST", [FORM], b"client_id=spa")
    assert world.caller(asking, "token", public=True)[0].id == "spa"
    with pytest.raises(RefusedError):
        world.caller(asking, "token")
