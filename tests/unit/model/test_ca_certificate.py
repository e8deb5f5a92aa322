import hashlib
import ssl

from gatepost.model import CACertificate
from tests.unit.model.pems import pair
from tests.unit.model.saying import ID, mistakes

CERT, _ = pair("authority", authority=True)
LEAF, _ = pair("leaf")
DIGEST = hashlib.sha256(ssl.PEM_cert_to_DER_cert(CERT)).hexdigest()


def test_the_digest_is_worked_out() -> None:
    assert CACertificate(id=ID, cert=CERT).cert_digest == DIGEST


def test_a_digest_of_another_certificate_is_refused() -> None:
    assert mistakes(CACertificate, cert=CERT, cert_digest=DIGEST) == {}
    assert mistakes(CACertificate, cert=CERT, cert_digest="00").keys() == {"cert_digest"}


def test_it_is_one_certificate_and_an_authority() -> None:
    assert "only one" in mistakes(CACertificate, cert=CERT + CERT)["cert"]
    assert "CA" in mistakes(CACertificate, cert=LEAF)["cert"]
    assert "invalid certificate" in mistakes(CACertificate, cert="x")["cert"]
    assert mistakes(CACertificate) == {"cert": "required field missing"}
