import time

import pytest

from gatepost.console.pem_words import described, ends
from tests.unit.console.pem import pair


def test_a_certificate_says_whose_it_is_and_until_when() -> None:
    pem, _ = pair("<b>api</b>", days=12.5, hosts=["api.example", "www.example"])
    (one,) = described(pem)
    assert (one.subject, one.issuer, one.serial) == ("<b>api</b>", "itself", "abcdef")
    assert one.names == ("api.example", "www.example")
    assert one.key == "EC, secp256r1"
    assert len(one.fingerprint) == 95
    assert ends(one, time.time()) == ("in 12 d", "warn")


def test_a_chain_is_told_leaf_first_and_ends_have_tones() -> None:
    chain = described(pair("leaf", days=400)[0] + pair("above", days=-3)[0])
    assert [one.subject for one in chain] == ["leaf", "above"]
    assert ends(chain[0], time.time())[1] == "plain"
    assert ends(chain[1], time.time()) == ("ended 3 d ago", "bad")


@pytest.mark.parametrize(
    "pem",
    [
        "",
        "no certificate",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "\x00\u202e<script>" * 1000,
        pair("key")[1],
    ],
)
def test_what_is_none_has_a_problem_and_no_end(pem: str) -> None:
    (one,) = described(pem)
    assert one.problem == "This cannot be read as certificates."
    assert ends(one, 0) == ("unknown", "quiet")


def test_a_reference_to_a_vault_is_told_as_one() -> None:
    (one,) = described("{vault://env/cert}")
    assert "vault" in one.problem
