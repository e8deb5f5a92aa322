import pytest

from gatepost.values import Address, Fault


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("127.0.0.1:8180", Address("127.0.0.1", 8180)),
        ("localhost", Address("localhost", 99)),
        (":8180", Address("127.0.0.1", 8180)),
        ("8180", Address("127.0.0.1", 8180)),
        ("[::1]:0", Address("::1", 0)),
        ("::1", Address("::1", 99)),
        ("[::1]", Address("::1", 99)),
    ],
)
def test_an_address_is_read_as_people_write_it(text: str, expected: Address) -> None:
    assert Address.parse(text, default_port=99) == expected


@pytest.mark.parametrize(
    "text", ["a:b", "a:70000", "[::1", "[::1]8", "[abc:d]:1", "1:2:3", "http://x", "a b:1", "x:²"]
)
def test_a_malformed_address_is_refused_with_its_text(text: str) -> None:
    with pytest.raises(Fault) as caught:
        Address.parse(text)
    assert caught.value.code == "listen.malformed"
    assert repr(text) in caught.value.message


@pytest.mark.parametrize("text", ["127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "LOCALHOST:1"])
def test_loopback_addresses_are_allowed(text: str) -> None:
    address = Address.parse(text)
    assert address.loopback
    address.require_loopback("the thing")


@pytest.mark.parametrize(
    "text",
    ["0.0.0.0:1", "[::]:1", "10.0.0.1:1", "localhost.example:1", "idp.example:1", "127.1:1"],
)
def test_any_other_address_is_refused_with_a_message(text: str) -> None:
    with pytest.raises(Fault, match="loopback only") as caught:
        Address.parse(text).require_loopback("the thing")
    assert caught.value.code == "listen.not_loopback"


def test_an_address_is_written_as_it_is_read() -> None:
    for text in ("127.0.0.1:8180", "[::1]:8180", "localhost:1"):
        assert str(Address.parse(text)) == text
    assert Address.parse("[::1]:0").with_port(5) == Address("::1", 5)
