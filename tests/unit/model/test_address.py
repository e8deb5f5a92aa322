import pytest

from gatepost.model.address import host, host_and_port, host_name, is_address, pattern, server_name


@pytest.mark.parametrize("text", ["example.com", "my_svc", "a-b.c", "localhost", "x.", "10.0.0.1"])
def test_a_host_is_kept_as_it_is_written(text: str) -> None:
    assert host(text) == text


@pytest.mark.parametrize(
    "text",
    ["", "a b", "-a", "a-", "a..b", "a/b", "a@b", "1.2.3", "999.1.1.1", "0x7f.1", "a" * 254,
     "[1.2.3.4]", "[::1", "fe80::1%eth0", "a\nb", "b\u00fccher.de", "a:b"],
)  # fmt: skip
def test_what_is_no_host_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected a hostname"):
        host(text)


def test_a_host_with_a_port_says_that_the_port_is_the_mistake() -> None:
    with pytest.raises(ValueError, match="must not have a port"):
        host("example.com:80")


@pytest.mark.parametrize("text", ["::1", "[::1]", "0:0:0:0:0:0:0:1"])
def test_an_ipv6_address_is_kept_in_brackets_in_its_shortest_form(text: str) -> None:
    assert host(text) == "[::1]"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", ("a", 8000)),
        ("a:1", ("a", 1)),
        ("10.0.0.1:90", ("10.0.0.1", 90)),
        ("[::1]:90", ("[::1]", 90)),
        ("[::1]", ("[::1]", 8000)),
        ("::1", ("[::1]", 8000)),
    ],
)
def test_a_port_is_split_off(text: str, expected: tuple[str, int]) -> None:
    assert host_and_port(text, 8000) == expected


@pytest.mark.parametrize("text", ["a:65536", "a:", "a:b", ":80", "[::1]:", "[::1]80", "a:1:2"])
def test_a_wrong_port_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"port|hostname"):
        host_and_port(text, 8000)


def test_an_address_is_told_from_a_name() -> None:
    assert is_address("10.0.0.1")
    assert is_address("[::1]")
    assert not is_address("example.com")


def test_a_name_that_ends_in_a_number_is_refused_because_resolvers_read_an_address() -> None:
    with pytest.raises(ValueError, match="ends in a number"):
        host_name("service.1")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Example.COM", "example.com"),
        ("example.com:8443", "example.com:8443"),
        ("*.Example.com", "*.example.com"),
        ("example.*", "example.*"),
        ("*.example.com:80", "*.example.com:80"),
        ("10.0.0.1", "10.0.0.1"),
        ("[::1]:80", "[::1]:80"),
    ],
)
def test_a_host_pattern_is_lower_case_with_one_wildcard_at_an_end(text: str, expected: str) -> None:
    assert pattern(text) == expected


@pytest.mark.parametrize(
    "text", ["*", "a.*.b", "*a.com", "*.a.*", "*.", "**.a", "*.a:99999", "*.a:"]
)
def test_other_wildcards_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"wildcard|port|hostname"):
        pattern(text)


def test_a_server_name_is_lower_case_and_no_address_and_has_no_port() -> None:
    assert server_name("API.Example.com") == "api.example.com"
    assert server_name("*.example.com") == "*.example.com"
    for wrong in ("10.0.0.1", "::1", "a.com:443"):
        with pytest.raises(ValueError, match="must be a hostname"):
            server_name(wrong)
