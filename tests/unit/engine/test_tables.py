from hypothesis import given
from hypothesis import strategies as st

from gatepost.engine import Push, Shelf, Tables
from gatepost.engine.items import split


def tables(*keys: str) -> Tables:
    return Tables({key: key.encode() for key in keys}, b"root of " + ",".join(keys).encode())


class Memory:
    """What the engine does with a push."""

    def __init__(self) -> None:
        self.zone: dict[str, bytes] = {}
        self.version = 0

    def take(self, push: Push) -> None:
        for body in push.puts:
            items = split(body)
            for key, value in zip(items[::2], items[1::2], strict=True):
                self.zone[key.decode()] = value
        self.version = int(push.switch)
        for key in split(push.deletes):
            del self.zone[key.decode()]

    def has(self, version: int, wanted: Tables) -> bool:
        entries = all(self.zone.get(key) == body for key, body in wanted.entries.items())
        return entries and self.zone.get(f"{version}:root") == wanted.root


def test_a_delta_is_what_is_new_and_what_is_gone() -> None:
    assert tables("a", "b").delta(None) == ({"a": b"a", "b": b"b"}, ())
    assert tables("b", "c").delta(tables("a", "b")) == ({"c": b"c"}, ("a",))


@given(st.lists(st.sets(st.sampled_from("abcdefg")), min_size=1, max_size=12))
def test_two_versions_are_whole_at_any_time_and_nothing_else_stays(
    versions: list[set[str]],
) -> None:
    shelf, memory = Shelf(), Memory()
    kept: list[tuple[int, Tables]] = []
    for keys in versions:
        new = tables(*sorted(keys))
        push = shelf.next(new)
        memory.take(push)
        shelf.done(push, new)
        kept = [*kept[-1:], (push.version, new)]
        assert memory.version == push.version
        assert all(memory.has(number, one) for number, one in kept)
        assert len(memory.zone) == len({key for _, one in kept for key in one.entries}) + len(kept)


def test_after_nginx_was_started_anew_everything_is_put_again() -> None:
    shelf = Shelf()
    push = shelf.next(tables("a"))
    shelf.done(push, tables("a"))
    shelf.forget()
    again = shelf.next(tables("a"))
    memory = Memory()
    memory.take(again)
    assert again.version == push.version + 1
    assert memory.has(again.version, tables("a"))


def test_a_push_that_failed_uses_up_its_number() -> None:
    shelf = Shelf()
    push = shelf.next(tables("a"))
    shelf.skip(push)
    assert shelf.next(tables("a")).version == push.version + 1


def test_large_tables_travel_in_parts_and_the_root_comes_last() -> None:
    large = Tables({f"k{n}": b"x" * 400_000 for n in range(6)}, b"root")
    push = Shelf().next(large)
    assert len(push.puts) > 1
    assert split(push.puts[-1])[-1] == b"root"


def test_what_was_counted_of_a_route_goes_when_neither_version_has_it() -> None:
    shelf, deleted = Shelf(), []
    for routes in ("ab", "a", "a", "a", "b", "a"):
        version = Tables({"k": b""}, b"root", routes=frozenset(routes))
        push = shelf.next(version)
        deleted.append({key for key in split(push.deletes) if key.startswith(b"m:")})
        shelf.done(push, version)
    assert deleted == [set(), set(), {b"m:b"}, set(), set(), set()]
