import pytest

from gatepost.model import Certificate, check_pair
from tests.unit.model.pems import pair
from tests.unit.model.saying import ID, mistakes

CERT, KEY = pair("a")
OTHER_CERT, OTHER_KEY = pair("b")
RSA_CERT, RSA_KEY = pair("c", "rsa")


def test_a_certificate_and_its_key_pass() -> None:
    assert mistakes(Certificate, cert=CERT, key=KEY) == {}
    assert mistakes(Certificate, cert=CERT + OTHER_CERT, key=KEY) == {}  # a chain, leaf first


def test_a_key_of_another_certificate_is_refused() -> None:
    assert mistakes(Certificate, cert=CERT, key=OTHER_KEY) == {
        "key": "certificate does not match key"
    }
    with pytest.raises(ValueError, match="does not match"):
        check_pair(CERT, OTHER_KEY)


def test_what_is_no_pem_is_refused_on_both_sides_at_once() -> None:
    said = mistakes(Certificate, cert="x", key="y")
    assert said["cert"].startswith("invalid certificate")
    assert said["key"].startswith("invalid key")


def test_the_key_is_never_shown() -> None:
    shown = repr(Certificate(id=ID, cert=CERT, key=KEY))
    assert KEY.splitlines()[1] not in shown


def test_references_are_kept_and_checked_later() -> None:
    reference = "{vault://env/TLS_KEY}"
    assert mistakes(Certificate, cert=CERT, key=reference) == {}
    assert mistakes(Certificate, cert="broken", key=reference).keys() == {"cert"}


def test_the_alternative_pair_is_whole_and_of_another_type() -> None:
    right = {"cert": CERT, "key": KEY, "cert_alt": RSA_CERT, "key_alt": RSA_KEY}
    assert mistakes(Certificate, **right) == {}
    assert mistakes(Certificate, **{**right, "key_alt": None}).keys() == {"key_alt"}
    assert mistakes(Certificate, **{**right, "cert_alt": None}).keys() == {"cert_alt"}
    same = {**right, "cert_alt": OTHER_CERT, "key_alt": OTHER_KEY}
    assert mistakes(Certificate, **same).keys() == {"cert_alt"}
    assert mistakes(Certificate, **{**right, "key_alt": KEY}).keys() == {"key_alt"}
    assert mistakes(Certificate, **{**right, "cert_alt": "x"}).keys() == {"cert_alt"}
