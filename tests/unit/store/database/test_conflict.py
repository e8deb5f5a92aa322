from gatepost.store.database.conflict import (
    Conflict,
    Dangling,
    Duplicate,
    Referenced,
    Stale,
    UnknownPlane,
)


def test_each_conflict_says_what_does_not_fit() -> None:
    found: list[Conflict] = [
        Duplicate("services", ("name",), "1"),
        Dangling("service", "services", "1"),
        Referenced("services", "1", "routes", "2"),
        Stale(7),
        UnknownPlane("3"),
    ]
    assert [str(one) for one in found] == [
        "services: name must be unique",
        "service: no entity of services has the id '1'",
        "services '1' is referred to by routes '2'",
        "the entity has version 7 by now",
        "no control plane has the id '3'",
    ]
