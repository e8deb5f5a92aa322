import pytest

from gatepost.admin.caller import Caller, Role
from gatepost.admin.guard import COOKIE, LOOPBACK, Door, Guard
from gatepost.values import Address, Fault, Secret

HERE = Address("127.0.0.1", 8001)
THERE = Address("10.1.2.3", 8001)
ANN = Caller("ann", Role.OPERATOR, "token")
BEN = Caller("ben", Role.VIEWER, "login")
FIRST = Secret("first-token-of-all")


class Sent:
    def __init__(self, **headers: str | list[str]) -> None:
        self._headers = {name.replace("_", "-"): value for name, value in headers.items()}

    def getlist(self, name: str) -> list[str]:
        value = self._headers.get(name, [])
        return [value] if isinstance(value, str) else value


async def _token(text: str) -> Caller | None:
    return ANN if text == "anns-token" else None


async def _login(text: str) -> Caller | None:
    return BEN if text == "bens-cookie" else None


def guard(bound: Address = HERE, *, names: tuple[str, ...] = (), closed: bool = False) -> Guard:
    door = Door(bound, frozenset(names), open_on_loopback=not closed, first_token=FIRST)
    return Guard(door, _token, _login)


async def code(guard: Guard, sent: Sent, cookie: str | None = None, *, reads: bool = True) -> str:
    cookies = {} if cookie is None else {COOKIE: cookie}
    try:
        return (await guard.caller(sent, cookies, reads=reads)).name
    except Fault as fault:
        return fault.code


pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("host", ["127.0.0.1:8001", "localhost:8001", "LOCALHOST", "[::1]:8001"])
async def test_a_program_on_this_machine_needs_no_token(host: str) -> None:
    assert await guard().caller(Sent(host=host), {}, reads=False) is LOOPBACK


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example:8001", "a b", "", ["127.0.0.1", "localhost"]]
)
async def test_a_name_that_was_rebound_to_loopback_is_refused(host: str | list[str]) -> None:
    assert await code(guard(), Sent(host=host)) == "admin.host"
    assert await code(guard(), Sent()) == "admin.host"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", "file://"),
        ("sec_fetch_site", "cross-site"),
        ("sec_fetch_site", "same-site"),
    ],
)
async def test_a_page_of_another_origin_is_refused_whatever_it_shows(name: str, value: str) -> None:
    sent = Sent(host="127.0.0.1:8001", authorization="Bearer anns-token", **{name: value})
    assert await code(guard(), sent) == "admin.browser"


async def test_beyond_loopback_nobody_comes_in_without_a_token() -> None:
    assert await code(guard(THERE), Sent(host="10.1.2.3:8001")) == "admin.token"
    sent = Sent(host="gate.example", authorization="Bearer anns-token")
    assert await code(guard(THERE), sent) == "ann"


async def test_where_names_are_told_no_other_name_is_answered() -> None:
    named = guard(THERE, names=("gate.example",))
    token = {"authorization": "Bearer anns-token"}
    assert await code(named, Sent(host="gate.example:8001", **token)) == "ann"
    assert await code(named, Sent(host="other.example", **token)) == "admin.host"


@pytest.mark.parametrize(
    "sent", ["Bearer wrong", "Bearer", "wrong", "Basic anns-token", "", "Bearer anns-token x"]
)
async def test_a_wrong_token_is_refused_on_loopback_too(sent: str) -> None:
    assert await code(guard(), Sent(host="localhost", authorization=sent)) == "admin.token"


async def test_the_header_of_kongs_enterprise_edition_is_read_too() -> None:
    assert await code(guard(THERE), Sent(host="a", kong_admin_token="anns-token")) == "ann"
    both = Sent(host="a", kong_admin_token="anns-token", authorization="Bearer anns-token")
    assert await code(guard(THERE), both) == "admin.duplicate"


async def test_the_first_token_is_an_admins() -> None:
    sent = Sent(host="a", authorization=f"Bearer {FIRST.reveal()}")
    caller = await guard(THERE).caller(sent, {}, reads=False)
    assert (caller.name, caller.role) == ("first token", Role.ADMIN)


async def test_loopback_can_be_closed_as_well() -> None:
    assert await code(guard(closed=True), Sent(host="localhost")) == "admin.token"


async def test_a_login_reads_and_changes_only_from_our_own_pages() -> None:
    here = {"host": "gate.example"}
    assert await code(guard(THERE), Sent(**here), "bens-cookie") == "ben"
    assert await code(guard(THERE), Sent(**here), "forged") == "admin.token"
    assert await code(guard(THERE), Sent(**here), "bens-cookie", reads=False) == "admin.browser"
    own = Sent(**here, origin="https://gate.example", sec_fetch_site="same-origin")
    assert await code(guard(THERE), own, "bens-cookie", reads=False) == "ben"


def test_a_door_that_would_stand_open_does_not_start() -> None:
    Door(HERE).must_not_stand_open(0, logins=False)
    Door(THERE, first_token=FIRST).must_not_stand_open(0, logins=False)
    Door(THERE).must_not_stand_open(1, logins=False)
    Door(THERE).must_not_stand_open(0, logins=True)
    with pytest.raises(Fault) as caught:
        Door(THERE).must_not_stand_open(0, logins=False)
    assert caught.value.code == "admin.open"
    assert "GATEPOST_ADMIN_TOKEN" in caught.value.message


@pytest.mark.parametrize("name", ["x_forwarded_for", "forwarded", "via", "x_real_ip"])
async def test_what_a_proxy_on_this_machine_passes_on_is_no_program_on_this_machine(
    name: str,
) -> None:
    sent = {"host": "127.0.0.1:8001", name: "198.51.100.7"}
    assert await code(guard(), Sent(**sent)) == "admin.token"
    shown = Sent(**sent, authorization="Bearer anns-token")
    assert await guard().caller(shown, {}, reads=False) is ANN


async def test_the_name_that_others_know_lets_nobody_in_without_a_token() -> None:
    behind = guard(names=("admin.example",))
    assert await code(behind, Sent(host="admin.example")) == "admin.token"
    assert await code(behind, Sent(host="127.0.0.1:8001")) == "loopback"


async def test_each_sec_fetch_site_counts_and_a_port_is_no_host() -> None:
    sites = Sent(host="127.0.0.1:8001", sec_fetch_site=["none", "cross-site"])
    assert await code(guard(), sites) == "admin.browser"
    assert await code(guard(), Sent(host="8001")) == "admin.host"
