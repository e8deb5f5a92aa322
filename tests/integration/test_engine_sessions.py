"""Sessions through a real nginx: their cookies, what they cost an address, and who is asked."""

import contextlib
import json
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from gatepost.engine import PlanSpec, Slots
from gatepost.engine.question import Question
from gatepost.plugin import Decision, Edits, Forward, Memory, Refusal
from gatepost.store import read
from gatepost.values import Headers, Reply
from tests.integration.engine_world import Answer, EngineWorld, changed
from tests.integration.recorder import Recorder, Seen
from tests.integration.scripted_authorizer import ScriptedAuthorizer

pytestmark = pytest.mark.integration

OWN = ("session", "session2", "flow_*")
ATTRIBUTES = ("bit:navigation", "cookies:session", "cookies:session2", "header:authorization")
PAGE = {"Accept": "text/html"}


def plan(*cookies: str) -> PlanSpec:
    number = "1" if cookies else "2"
    return PlanSpec(number * 64, ATTRIBUTES, cookies=cookies, session_cookie="session")


@dataclass
class Door:
    """An engine with a route for sessions and an open one, between two sides that tests script.

    decide: what the authorizers decide, remembered for so many seconds. sets, status: what the
    upstream answers with.
    """

    decide: Callable[[Question], Decision] = lambda _: Forward()
    remembered: float = 60.0
    sets: list[str] = field(default_factory=list)
    status: int = 200
    text: str = ""
    world: EngineWorld = field(init=False)
    upstream: Recorder = field(init=False)
    authorizers: list[ScriptedAuthorizer] = field(default_factory=list)

    def judge(self, question: Question) -> tuple[Decision, Memory]:
        return self.decide(question), Memory(until=time.time() + self.remembered)

    def answer(self, seen: Seen, connection: socket.socket) -> bool:
        lines = "".join(f"Set-Cookie: {value}\r\n" for value in self.sets)
        upgraded = self.status == 101
        kind = "Upgrade: websocket\r\nConnection: Upgrade" if upgraded else "Content-Length: 0"
        head = f"HTTP/1.1 {self.status} Told\r\n{kind}\r\nX-Up: 1\r\n{lines}\r\n"
        connection.sendall(head.encode())
        if upgraded:
            connection.shutdown(socket.SHUT_WR)
        return True

    def get(self, *cookies: str, path: str = "/x", **headers: str) -> Answer:
        """Make a request with these Cookie fields."""
        connection = "Upgrade" if "Upgrade" in headers else "close"
        sent = [("Host", "gate.test"), *headers.items(), ("Connection", connection)]
        sent += [("Cookie", one) for one in cookies]
        lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in sent)
        head, _, body = self.world.raw(f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode()).partition(
            b"\r\n\r\n"
        )
        line, *fields = head.decode("latin-1").split("\r\n")
        pairs = [(name, value) for name, _, value in (one.partition(": ") for one in fields)]
        return Answer(int(line.split(" ")[1]), pairs, body)

    def sent(self, *cookies: str, **more: str) -> Seen:
        """Return how a request arrived at the upstream."""
        assert self.get(*cookies, **more).status == self.status
        return self.upstream.seen[-1]

    def asked(self) -> int:
        """Return how many questions came since the last time."""
        found = sum(len(one.asked) for one in self.authorizers)
        for one in self.authorizers:
            one.asked.clear()
        return found


@contextlib.contextmanager
def door(authorizers: int = 1, burst: float = 1e6) -> Iterator[Door]:
    found = Door()
    with contextlib.ExitStack() as stack:
        found.upstream = stack.enter_context(Recorder(behave=found.answer))
        routes = [{"name": "own", "paths": ["/"]}, {"name": "open", "paths": ["/open"]}]
        url = f"http://127.0.0.1:{found.upstream.port}"
        services = [{"name": "s", "url": url, "routes": routes}]
        found.text = json.dumps({"_format_version": "3.0", "services": services})
        snapshot = read(found.text)
        plans = {one.id: plan(*OWN) if one.name == "own" else None for one in snapshot.routes}
        settings = changed(refusal_burst=burst)
        found.world = stack.enter_context(
            EngineWorld(snapshot, plans=plans, settings=settings, authorizers=authorizers)
        )
        secret = (found.world.root / "secret").read_bytes()
        for path in found.world.settings.authorizers:
            one = ScriptedAuthorizer(path, secret, found.judge)
            found.authorizers.append(stack.enter_context(one))
        yield found


@pytest.fixture(scope="module")
def shared() -> Iterator[Door]:
    with door() as found:
        yield found


@pytest.fixture
def gate(shared: Door) -> Door:
    """A door that tests share: each uses sessions of its own."""
    shared.decide, shared.sets, shared.status = lambda _: Forward(), [], 200
    shared.asked()
    return shared


STRIPPED: dict[str, tuple[tuple[str, ...], list[str]]] = {
    "alone": (("session=V",), []),
    "first": (("session=V; a=1; b=2",), ["a=1; b=2"]),
    "last": (("a=1; b=2; session=V",), ["a=1; b=2"]),
    "between": (("a=1; session=V; b=2",), ["a=1; b=2"]),
    "among others written oddly": (("a=1;b=2;  c; session=V; ; d=4",), ["a=1;b=2;  c; ; d=4"]),
    "before what is written oddly": (("session=V;  a=1",), ["a=1"]),
    "without a blank": (("session=V;a=1",), ["a=1"]),
    "in pieces": (("session=V; session2=W; a=1",), ["a=1"]),
    "with another plan's": (("flow_1=x; a=1; session=V; flow_2=y",), ["a=1"]),
    "twice": (("a=1; session=V; session=V",), ["a=1"]),
    "and with a blank behind its name": (("a=1; session =V; session=V",), ["a=1"]),
    "behind a tab": (("a=1;\tsession=V; session=V",), ["a=1"]),
    "beside names that hold its own": (
        ("xsession=1; session=V; a=session=2; Session=3",),
        ["xsession=1; a=session=2; Session=3"],
    ),
    "with nothing but blanks beside": (("; session=V;  ;",), []),
    "in two fields": (("a=1", "session=V; b=2"), ["a=1; b=2"]),
    "not at all": (("a=1", "b=session"), ["a=1", "b=session"]),
}


@pytest.mark.parametrize("case", STRIPPED)
def test_the_gateways_cookies_are_taken_out_and_the_others_stay(gate: Door, case: str) -> None:
    cookies, wanted = STRIPPED[case]
    value = case.replace(" ", "-")
    gate.decide = lambda _: Forward(Edits(remove_cookies=OWN))
    own = {} if "=V" in "".join(cookies) else {"Authorization": value}
    for _ in range(3):
        seen = gate.sent(*(one.replace("=V", f"={value}") for one in cookies), **own)
        assert seen.all("Cookie") == wanted
    assert gate.asked() == 1


def test_cookies_stay_when_the_decision_leaves_them(gate: Door) -> None:
    for _ in range(2):
        assert gate.sent("a=1; session=stays").all("Cookie") == ["a=1; session=stays"]


SETS = {
    "session=forged; Path=/; HttpOnly": False,
    "theme=dark; Path=/": True,
    "session2=forged": False,
    "flow_9=forged; Max-Age=0": False,
    "Session=1": True,
    "xsession=1": True,
    "flow=1": True,
    "theme=session=1; Comment=session": True,
    " session = forged": False,
    "=session=forged": False,
    "= session=forged": False,
    "==session=1": True,
    "session": True,
    "session; a=1": True,
    'session="forged"': False,
    "session=": False,
}
"""What an upstream sets, and whether it may. A browser sends ``=a=b`` back as ``a=b``."""


@pytest.mark.parametrize("status", [200, 302, 404, 500])
def test_an_upstream_cannot_set_the_gateways_cookies(gate: Door, status: int) -> None:
    gate.sets, gate.status = list(SETS), status
    wanted = [one.strip() for one, may in SETS.items() if may]
    for _ in range(3):  # asked, and remembered
        answer = gate.get(f"session=upstream-{status}")
        assert (answer.status, set_by(answer)) == (status, wanted)
    assert gate.asked() == 1
    assert set_by(gate.get("session=x", path="/open")) == [one.strip() for one in SETS]


def set_by(answer: Answer) -> list[str]:
    return [value for name, value in answer.headers if name.lower() == "set-cookie"]


def test_neither_does_one_that_upgrades_to_websocket(gate: Door) -> None:
    gate.sets, gate.status = ["session=forged", "theme=dark"], 101
    for _ in range(2):
        answer = gate.get("session=socket", Upgrade="websocket")
        assert (answer.status, set_by(answer)) == (101, ["theme=dark"])


def test_one_forged_cookie_alone_is_dropped_and_so_is_one_behind_a_hundred(gate: Door) -> None:
    gate.sets = ["session=forged"]
    assert set_by(gate.get("session=alone")) == []
    gate.sets = [f"c{n}=1" for n in range(120)] + ["session=forged"]
    found = set_by(gate.get("session=alone"))
    assert found == gate.sets[: len(found)]
    assert len(found) >= 99


def test_a_node_that_is_told_of_the_first_session_guards_it_from_then_on() -> None:
    with door() as own:
        snapshot = own.world.snapshot
        routes = {one.name: one.id for one in snapshot.routes}
        own.sets = ["session=forged", "theme=dark"]
        told = {routes["own"]: plan()}
        own.world.slots = Slots()  # as if it had been started without
        assert own.world.push(snapshot, told)
        assert set_by(own.get("session=a")) == own.sets
        assert own.world.push(snapshot, {routes["own"]: plan(*OWN)})
        assert set_by(own.get("session=a")) == ["theme=dark"]
        assert not own.world.push(snapshot, told), "what is rendered stays"
        assert not own.world.push(snapshot, {routes["own"]: plan(*OWN)})
        assert set_by(own.get("session=a")) == ["theme=dark"]


@pytest.mark.parametrize("flags", ["request_buffering", "response_buffering"])
def test_locations_of_their_own_guard_too(flags: str) -> None:
    with door() as own:
        text = json.loads(own.text)
        text["services"][0]["routes"][0][flags] = False
        snapshot = read(json.dumps(text))
        own.world.push(snapshot, {snapshot.routes[0].id: plan(*OWN)})
        own.sets = ["session=forged", "theme=dark"]
        for _ in range(2):
            assert set_by(own.get("session=a")) == ["theme=dark"]


def test_the_gateways_own_cookies_come_beside_those_of_the_upstream(gate: Door) -> None:
    own = (("Set-Cookie", "session=new; Path=/"), ("set-cookie", "session2=; Max-Age=0"))
    gate.decide = lambda _: Forward(Edits(response_headers=(*own, ("X-Up", "2"))))
    gate.sets = ["theme=dark", "session=forged", "lang=en"]
    for _ in range(2):
        answer = gate.get("session=renewed")
        assert set_by(answer) == ["theme=dark", "lang=en", *(value for _, value in own)]
        assert [value for name, value in answer.headers if name == "X-Up"] == ["2"]


def test_an_answer_of_an_authorizer_sets_what_it_likes(gate: Door) -> None:
    lines = ("session=new; Path=/", "authorization_x=1; Path=/")
    fields = Headers([("Location", "/"), *(("Set-Cookie", line) for line in lines)])
    for decision in (Reply(303, fields), Refusal(401, "c", "m", headers=tuple(fields))):
        gate.decide = lambda _, decision=decision: decision
        for _ in range(2):
            assert set_by(gate.get(f"session=answered-{decision.status}")) == list(lines)


@pytest.mark.parametrize(
    "answer",
    [
        Reply(302, Headers([("Location", "/login"), ("Set-Cookie", "flow_1=new; Path=/")])),
        Reply(200, Headers([("Set-Cookie", "flow_1=new; Path=/")]), b"a page"),
        Refusal(401, "x.y", "No", headers=(("Set-Cookie", "flow_1=new; Path=/"),)),
    ],
)
def test_an_answer_of_the_gateways_own_sets_its_cookies(gate: Door, answer: Decision) -> None:
    gate.decide = lambda _: answer
    for path in ("/x", "/x"):
        assert set_by(gate.get(f"session=own-{id(answer)}", path=path)) == ["flow_1=new; Path=/"]


@pytest.mark.parametrize(
    ("args", "removed", "wanted"),
    [
        ("a=1&q=2", (), "/x?a=1&q=2"),
        ("a=1&q=2&%71=3", ("q",), "/x?a=1"),
        ("q=2", ("q",), "/x"),
        ("", (), "/x"),
        ("a=%20b&c", (), "/x?a=%20b&c"),
    ],
)
def test_a_query_takes_the_place_of_the_clients(
    gate: Door, args: str, removed: tuple[str, ...], wanted: str
) -> None:
    gate.decide = lambda _: Forward(Edits(args=args, remove_args=removed))
    session = f"session=args-{args}-{len(removed)}"
    for path in ("/x?z=1&q=9", "/x", "/x?"):
        assert gate.sent(session, path=path).target == wanted


def test_a_page_and_a_script_are_asked_for_apart_and_each_is_remembered(gate: Door) -> None:
    def decide(question: Question) -> Decision:
        page = question.key.startswith(b"\0\1\0\0\0\x011")
        return Forward(Edits(headers=(("X-Page", "1" if page else "0"),)))

    gate.decide = decide
    for _ in range(3):
        assert gate.sent("session=two", **PAGE).all("X-Page") == ["1"]
        assert gate.sent("session=two").all("X-Page") == ["0"]
    assert gate.asked() == 2


def test_an_answer_of_an_authorizer_names_its_request(gate: Door) -> None:
    def decide(question: Question) -> Decision:
        if b"refused" in question.key:
            return Refusal(401, "x.y", "No")
        return Reply(302, Headers([("Location", "/login"), ("X-Kong-Request-Id", "mine")]))

    gate.decide = decide
    named = [
        gate.get(f"session={kind}").header("X-Kong-Request-Id") or ""
        for kind in ("refused", "refused", "sent away", "sent away")
    ]
    assert all(len(one) == 32 and int(one, 16) for one in named)
    assert len(set(named)) == 4
    assert gate.sent("x=1", path="/open").all("X-Kong-Request-Id")


@pytest.mark.parametrize(
    ("status", "limited"), [(302, True), (400, True), (200, False), (503, False)]
)
def test_who_is_sent_to_log_in_again_and_again_runs_out_of_budget(
    status: int, limited: bool
) -> None:
    with door(burst=20) as own:
        own.decide = lambda _: Reply(status, Headers([("X-Own", "1")]))
        found = [own.get(f"session=login-{n}").status for n in range(60)]
        assert found[:20] == [status] * 20
        assert (429 in found) is limited
        own.decide = lambda _: Forward()
        if limited:  # what is not remembered waits with the others; it does not pass
            assert own.get("session=good").status == 429


def test_a_session_goes_to_one_authorizer_whatever_it_asks_for() -> None:
    with door(authorizers=2) as own:
        for n in range(12):
            own.asked()
            own.get(f"session=affine-{n}")
            own.get(f"theme=dark; session=affine-{n}; a={n}", **PAGE)
            own.get(f"theme=dark; session2=x; session=affine-{n}")
            assert sorted(len(one.asked) for one in own.authorizers) == [0, 3]


def test_sessions_are_spread_over_the_authorizers() -> None:
    with door(authorizers=2) as own:
        for n in range(40):
            own.get(f"session=spread-{n}")
        assert all(len(one.asked) > 5 for one in own.authorizers)


@pytest.mark.parametrize(
    "cookie",
    [
        "session=V; session=" + " " * 15_000 + "x",
        "session=V; session2=" + " \t" * 7_000 + "x",
        "session=V; session=2; x" + " " * 14_000 + "y",
        "session=V; session=2" + "; " * 7_000,
        "session=V; " + "a=1; " * 2_500,
    ],
    ids=["a long value", "blanks and tabs", "a long name", "nothing", "many"],
)
def test_no_cookie_holds_a_worker_up(gate: Door, cookie: str) -> None:
    gate.decide = lambda _: Forward(Edits(remove_cookies=OWN))
    begin = time.monotonic()
    for n in range(10):
        assert gate.get(cookie.replace("V", f"slow-{n}-{len(cookie)}")).status == 200
    assert time.monotonic() - begin < 2, "time grew with the square of the length"
