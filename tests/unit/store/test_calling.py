from gatepost.model import CATALOG
from gatepost.store.calling import WORDS, by_id, called
from tests.unit.store.whole import everything, uid


def test_everything_is_called_by_name_with_what_it_belongs_to() -> None:
    known = by_id(everything())
    names = [called(kind, entity, known) for kind in known for entity in known[kind].values()]
    assert {
        "route list",
        "plugin acl on service orders and consumer ann",
        "plugin cors",
        "target 10.0.0.1:8080 of upstream Backend.internal",
        "acl admins of consumer 42",
        "membership of consumer ann and consumer group gold",
        "SNI a.example.com of certificate " + uid(1),
        "key signing of key set set",
        f"key-auth {uid(12)} of consumer ann",
        "basic-auth ann of consumer ann",
        f"route {uid(21)}",
    } <= set(names)
    assert not any("open-sesame" in name for name in names)


def test_every_kind_has_a_word() -> None:
    assert WORDS.keys() == CATALOG.keys()


def test_without_names_ids_stand_for_them() -> None:
    plugin = everything().plugins[1]
    assert called("plugins", plugin) == f"plugin key-auth on route {uid(20)}"
