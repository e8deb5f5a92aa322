import pytest

from gatepost.admin.gateways import OUR_SETTING, gateways, reached
from gatepost.store.database import Node


def node(*proxies: str, ip: str = "10.0.0.7") -> Node:
    return Node("plane", "n1", "host", ip, proxies=proxies)


@pytest.mark.parametrize(
    ("told", "ip", "url"),
    [
        ("http://0.0.0.0:8000", "10.0.0.7", "http://10.0.0.7:8000"),
        ("https://[::]:8443", "10.0.0.7", "https://10.0.0.7:8443"),
        ("http://0.0.0.0:8000", "fd00::7", "http://[fd00::7]:8000"),
        ("http://0.0.0.0:8000", "::ffff:10.0.0.7", "http://10.0.0.7:8000"),
        ("http://10.0.1.1:8000", "10.0.0.7", "http://10.0.1.1:8000"),
        ("http://127.0.0.1:8000", "127.0.0.1", "http://127.0.0.1:8000"),
        ("http://[::1]:8000", "127.0.0.1", "http://[::1]:8000"),
        ("http://0.0.0.0:8000", "127.0.0.1", "http://127.0.0.1:8000"),
    ],
)
def test_a_node_is_reached_where_it_listens_or_came_from(told: str, ip: str, url: str) -> None:
    assert list(reached(node(told, ip=ip))) == [url]


@pytest.mark.parametrize(
    "told",
    [
        "http://127.0.0.1:8000",
        "http://[::1]:8000",
        "http://169.254.169.254:80",
        "http://[fe80::1]:80",
        "http://224.0.0.1:80",
        "http://metadata.internal:80",
        "http://10.0.0.7",
        "http://10.0.0.7:0",
        "http://10.0.0.7:99999",
        "http://10.0.0.7:80/path",
        "http://10.0.0.7:80?a",
        "http://x@10.0.0.7:80",
        "http://[fe80::1%25eth0]:80",
        "ftp://10.0.0.7:80",
        "file:///etc/passwd",
        "",
        "x",
    ],
)
def test_what_a_node_makes_up_leads_nowhere(told: str) -> None:
    assert list(reached(node(told))) == []
    assert list(reached(node(told, ip=""))) == []


def test_each_is_listed_once_those_of_the_settings_first() -> None:
    twice = [
        node("http://0.0.0.0:1"),
        Node("p", "n2", "two", "10.0.0.7", proxies=("http://0.0.0.0:1",)),
    ]
    found = gateways(twice, ["https://api.example"])
    assert [one.shown() for one in found] == [
        {"url": "https://api.example", "node": OUR_SETTING, "hostname": "api.example"},
        {"url": "http://10.0.0.7:1", "node": "n1", "hostname": "host"},
    ]
