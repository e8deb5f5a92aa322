import pytest

from gatepost.feed import messages as say
from gatepost.values import Fault

HELLO = say.Hello(
    protocol=1, node="n", hostname="h", release="1", boot="b", hash="", version=0, sync="waiting",
    epoch="", last=0,
)  # fmt: skip
FROM_NODE = [
    HELLO,
    say.State(answers="a", hash="b", version=3, sync="refused", reason="bad"),
    say.State(answers="", hash="b", version=3, sync="normal", proxies=["http://0.0.0.0:8000"]),
    say.Applied(epoch="e", number=7),
    say.Revoked(sequence=1, entries=[{"kind": "token"}]),
    say.Report(sequence=1, body={"a": [1]}),
    say.Traces(entries=[{"id": "a"}]),
    say.Ping(),
]
FROM_CONTROL_PLANE = [
    say.Current(version=1, hash="a"),
    say.Offer(version=1, hash="a", base="", packed=10, plain=20, age=0.5),
    say.Revocations(epoch="e", after=0, upto=1, complete=True, entries=[{}]),
    say.Kept(what="report", sequence=1),
    say.Wants(what=["traces"]),
    say.Ping(),
]


@pytest.mark.parametrize("message", FROM_NODE, ids=lambda one: type(one).__name__)
def test_what_a_node_says_is_read_as_it_was_written(message: say.FromNode) -> None:
    assert say.read_from_node(say.write(message)) == message


@pytest.mark.parametrize("message", FROM_CONTROL_PLANE, ids=lambda one: type(one).__name__)
def test_what_the_control_plane_says_is_read_as_it_was_written(
    message: say.FromControlPlane,
) -> None:
    assert say.read_from_control_plane(say.write(message)) == message


def test_where_a_node_serves_is_bounded_and_an_older_node_does_not_say_it() -> None:
    text = '{"type": "state", "answers": "a", "hash": "b", "version": 3, "sync": "normal"%s}'
    assert say.read_from_node(text % "").proxies == []  # type: ignore[union-attr]
    for wrong in (
        ', "proxies": ["' + "x" * 257 + '"]',
        ', "proxies": ' + str(["x"] * 9).replace("'", '"'),
    ):
        with pytest.raises(Fault):
            say.read_from_node(text % wrong)


def test_a_field_that_is_not_known_yet_is_passed_over() -> None:
    text = '{"type": "applied", "epoch": "e", "number": 1, "of_tomorrow": 2}'
    assert say.read_from_node(text) == say.Applied(epoch="e", number=1)


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "null", "{}", '{"type": "snapshot"}', '{"type": "applied", "epoch": "e"}',
        '{"type": "applied", "epoch": "e", "number": "1"}',
        '{"type": "applied", "epoch": "e", "number": 1.5}',
        '{"type": "applied", "epoch": "e", "number": -1}',
        '{"type": "applied", "epoch": "%s", "number": 1}' % ("e" * 300),
        '{"type": "revoked", "sequence": 1, "entries": [' + "{}," * 500 + "{}]}",
        '{"type": "report", "sequence": 1, "body": []}',
        '{"type": "report", "sequence": 1, "body": %s}' % ("[" * 5000),
        '{"type": "report", "sequence": 1, "body": {"a": 1e999}}',
    ],
)  # fmt: skip
def test_what_is_of_no_form_that_was_agreed_is_refused(text: str) -> None:
    with pytest.raises(Fault) as caught:
        say.read_from_node(text)
    assert caught.value.code == "feed.broken"


def test_neither_side_may_say_what_the_other_says() -> None:
    with pytest.raises(Fault):
        say.read_from_control_plane(say.write(HELLO))


def test_a_number_of_one_log_does_not_travel() -> None:
    assert say.plain({"number": 3, "kind": "token"}) == {"kind": "token"}
