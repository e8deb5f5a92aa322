import pytest

from gatepost.node.guard import Guard
from gatepost.values import Address, Fault, Secret

LOOPBACK = Guard(Address("127.0.0.1", 8007), None)
OPEN = Guard(Address("10.1.2.3", 8007), None)
TOKEN = "status-token-of-16"
TOKENED = Guard(Address("0.0.0.0", 8007), Secret(TOKEN))


@pytest.mark.parametrize("host", ["127.0.0.1:8007", "localhost:8007", "localhost", "[::1]:8007"])
def test_a_program_on_this_machine_may_look(host: str) -> None:
    LOOPBACK.look(host, None, None)
    LOOPBACK.act(None, "application/json")


@pytest.mark.parametrize(
    "host",
    [None, "", "evil.example", "evil.example:8007", "127.0.0.1.evil.example", "10.1.2.3", "a b"],
)
def test_a_name_that_was_rebound_to_loopback_is_refused(host: str | None) -> None:
    with pytest.raises(Fault) as caught:
        LOOPBACK.look(host, None, None)
    assert caught.value.code == "status.host"


@pytest.mark.parametrize(
    ("origin", "site"), [("http://localhost:8007", None), ("null", None), (None, "cross-site")]
)
def test_a_web_page_is_refused(origin: str | None, site: str | None) -> None:
    with pytest.raises(Fault) as caught:
        LOOPBACK.look("127.0.0.1:8007", origin, site)
    assert caught.value.code == "status.browser"


def test_a_form_cannot_change_anything() -> None:
    with pytest.raises(Fault) as caught:
        LOOPBACK.act(None, "application/x-www-form-urlencoded")
    assert caught.value.code == "status.media_type"


def test_beyond_loopback_nothing_changes_without_a_token() -> None:
    OPEN.look("10.1.2.3:8007", None, None)
    with pytest.raises(Fault) as caught:
        OPEN.act(None, "application/json")
    assert caught.value.code == "status.closed"


@pytest.mark.parametrize("given", [None, "", "Bearer", "Bearer wrong", f"Basic {TOKEN}", TOKEN])
def test_a_wrong_token_is_refused(given: str | None) -> None:
    with pytest.raises(Fault) as caught:
        TOKENED.act(given, "application/json")
    assert caught.value.code == "status.token"


def test_the_token_opens() -> None:
    TOKENED.look("anything.example:8007", None, None)
    TOKENED.act(f"bearer {TOKEN}", "application/json")
