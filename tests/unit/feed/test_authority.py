import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from gatepost.feed.authority import (
    SERVER_NAME,
    Authority,
    fingerprint,
    issue_node,
    issue_server,
    key_fingerprint,
    key_pem,
    make_authority,
    new_key,
    request_for,
    requested_key,
)
from gatepost.feed.membership import Member, Passport
from gatepost.values import Fault

NOW = time.time()
MEMBER = Member("plane-a", "node-1")


@pytest.fixture(scope="module")
def authority() -> Authority:
    return make_authority(now=NOW)


def test_an_authority_signs_certificates_and_nothing_that_signs_others(
    authority: Authority,
) -> None:
    made = x509.load_pem_x509_certificate(authority.certificate)
    limits = made.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert (limits.ca, limits.path_length) == (True, 0)
    assert made.not_valid_after_utc.timestamp() > NOW + 3600 * 86400
    assert "PRIVATE" not in repr(authority)
    assert len(fingerprint(authority.certificate)) == 64


def test_a_node_gets_what_it_is_and_not_what_it_asks_for(authority: Authority) -> None:
    key = new_key()
    wished = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "somebody else")])
    names = x509.SubjectAlternativeName([x509.DNSName(SERVER_NAME)])
    builder = x509.CertificateSigningRequestBuilder().subject_name(wished)
    csr = builder.add_extension(names, critical=False).sign(key, hashes.SHA256())
    pem = csr.public_bytes(serialization.Encoding.PEM)
    issued = issue_node(authority, pem, MEMBER, now=NOW, life=600.0)
    made = x509.load_pem_x509_certificate(issued.pem)
    passport = Passport.read(made)
    assert passport is not None
    assert passport.member == MEMBER
    assert passport.serial == issued.serial
    assert passport.begins < NOW <= NOW + 599 < passport.expires == issued.expires
    usage = made.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    assert SERVER_NAME not in str(made.extensions)
    assert made.public_key() == key.public_key()


def test_a_control_planes_certificate_is_no_nodes(authority: Authority) -> None:
    pem = issue_server(authority, now=NOW)
    made = x509.load_pem_x509_certificate(pem[pem.index(b"-----BEGIN CERT") :])
    usage = made.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.SERVER_AUTH]
    assert Passport.read(made) is None


def rsa_request() -> bytes:
    key = rsa.generate_private_key(65537, 2048)
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def other_curve() -> bytes:
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    signed = builder.sign(ec.generate_private_key(ec.SECP384R1()), hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM)


def forged() -> bytes:
    lines = request_for(key_pem(new_key())).decode().splitlines()
    body = lines[-2]
    lines[-2] = body[:-6] + ("AAAAAA" if body[-6:] != "AAAAAA" else "BBBBBB")
    return "\n".join(lines).encode()


@pytest.mark.parametrize("make", [rsa_request, other_curve, forged, lambda: b"", lambda: b"\xff"])
def test_a_request_that_is_none_or_of_another_kind_of_key_is_refused(make: object) -> None:
    with pytest.raises(Fault) as caught:
        requested_key(make())  # type: ignore[operator]
    assert caught.value.code == "enrolment.bad_request"


def test_a_keys_fingerprint_is_that_of_the_key_alone() -> None:
    key = key_pem(new_key())
    one, two = (key_fingerprint(requested_key(request_for(key))) for _ in range(2))
    assert one == two
    assert len(one) == 64


def test_a_key_that_is_on_no_curve_makes_no_request() -> None:
    key = rsa.generate_private_key(65537, 2048)
    form = serialization.PrivateFormat.PKCS8
    pem = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    with pytest.raises(ValueError, match="curve"):
        request_for(pem)
