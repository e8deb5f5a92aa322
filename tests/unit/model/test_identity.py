import uuid

from gatepost.model import derived_id


def test_ids_are_those_of_kongs_tools() -> None:
    namespace = uuid.uuid5(uuid.UUID("fd02801f-0957-4a15-a55a-c8d9606f30b5"), "services")
    assert derived_id("services", "my-svc") == str(uuid.uuid5(namespace, "my-svc"))


def test_ids_never_change_between_releases() -> None:
    assert derived_id("services", "my-svc") == "499df8c5-9169-5ffa-957c-969017230b2c"


def test_kinds_do_not_share_ids() -> None:
    assert derived_id("services", "a") != derived_id("routes", "a")
