from gatepost.engine import places
from gatepost.engine.buckets import GENERIC, buckets_of, index, shard_of, shards
from gatepost.model import Route

ID = "00000000-0000-4000-8000-000000000001"


def buckets(*hosts: str) -> dict[str, tuple[str, ...]]:
    (place,) = places([Route(id=ID, hosts=hosts, paths=("/",))])
    return dict(buckets_of(place))


def test_exact_hosts_have_buckets_of_their_own() -> None:
    assert buckets("a.test", "b.test.") == {"a.test": (), "b.test": ()}


def test_ports_are_checked_in_the_bucket_unless_the_bare_name_is_there_too() -> None:
    assert buckets("a.test:81", "a.test:80") == {"a.test": ("a.test:80", "a.test:81")}
    assert buckets("a.test:81", "a.test") == {"a.test": ()}


def test_everything_else_is_in_the_generic_bucket() -> None:
    assert buckets() == {GENERIC: ()}
    assert buckets("a.test", "*.test") == {GENERIC: ("a.test", "*.test")}


def test_no_tier_stands_in_two_buckets_of_one_request() -> None:
    own = [("a.test",), ("a.test:80",)]
    generic = [(), ("*.test",), ("a.test", "b.*")]
    tiers = [
        {places([Route(id=ID, hosts=hosts, paths=("/",))])[0].tier for hosts in group}
        for group in (own, generic)
    ]
    assert not tiers[0] & tiers[1]


def test_an_index_is_read_line_by_line() -> None:
    every = places([Route(id=ID, paths=("/a", "/b/c", "~/x\ty"))])
    text = index((place, f"r:{n}") for n, place in enumerate(every))
    ranks = [every[0].tier, every[1].tier]
    assert text.splitlines() == [f"={ranks[0]} l", "r:0", f"={ranks[1]} p", "/b/c\tr:1", "/a\tr:2"]
    assert index([]) == ""


def test_a_host_changes_its_own_shard_alone() -> None:
    before = shards({f"h{n}.test": "i:1" for n in range(500)}, 64)
    after = shards({f"h{n}.test": "i:1" if n else "i:2" for n in range(500)}, 64)
    differing = [n for n in range(64) if before[n] != after[n]]
    assert differing == [shard_of("h0.test", 64)]
    assert sum(1 for part in before if part) > 50
