import datetime
import ssl
from pathlib import Path

import pytest
from cryptography import x509

from gatepost.engine.tls import Trust, plain, self_signed, shown_certificates, trust_of
from gatepost.model import SNI, CACertificate, Certificate, Service, Snapshot
from gatepost.values import Fault
from tests.integration.authority import Authority

ID = "00000000-0000-4000-8000-000000000001"
OTHER = "00000000-0000-4000-8000-000000000002"


def service(**fields: object) -> Service:
    return Service(id=ID, host="api.test", protocol="https", **fields)  # type: ignore[arg-type]


def test_without_a_word_about_it_nothing_is_verified_as_in_kong() -> None:
    assert trust_of(Snapshot(), service(), plain) == (Trust(), {})
    assert Trust().name == "any"


def test_verification_uses_the_systems_authorities_or_those_that_are_named(tmp_path: Path) -> None:
    authority = CACertificate(id=OTHER, cert=Authority(tmp_path).pem)
    snapshot = Snapshot(ca_certificates=(authority,))
    trust, files = trust_of(snapshot, service(tls_verify=True), plain)
    assert (trust, files) == (Trust(True, 1), {})
    named = service(tls_verify=True, tls_verify_depth=3, ca_certificates=(OTHER,))
    trust, files = trust_of(snapshot, named, plain)
    assert trust.depth == 3
    assert files == {f"ca-{trust.authorities}.pem": authority.cert.encode()}


def test_a_client_certificate_is_part_of_the_trust_and_its_key_is_revealed(tmp_path: Path) -> None:
    cert, key = Authority(tmp_path).pair("me")
    shown = Certificate(id=OTHER, cert=cert, key="{vault://env/KEY}")
    snapshot = Snapshot(certificates=(shown,))

    def reveal(text: str) -> str:
        return key if text == "{vault://env/KEY}" else text

    trust, files = trust_of(snapshot, service(client_certificate=OTHER), reveal)
    assert trust.certificate
    assert sorted(files) == [f"client-{trust.certificate}.{kind}" for kind in ("crt", "key")]
    assert files[f"client-{trust.certificate}.key"] == key.encode()
    assert trust.name != Trust().name


def test_a_reference_that_nobody_resolved_is_refused() -> None:
    with pytest.raises(Fault, match="not resolved"):
        plain("{vault://env/KEY}")


def test_listeners_get_the_certificates_that_have_names(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    pairs = [authority.pair("a.test"), authority.pair("b.test")]
    certificates = tuple(
        Certificate(id=ident, cert=cert, key=key)
        for ident, (cert, key) in zip((ID, OTHER), pairs, strict=True)
    )
    snapshot = Snapshot(
        certificates=certificates, snis=(SNI(id=ID, name="a.test", certificate=ID),)
    )
    names, tables = shown_certificates(snapshot, plain)
    assert list(names) == ["a.test"]
    assert list(tables) == [names["a.test"]]


def test_the_listeners_own_certificate_serves_localhost(tmp_path: Path) -> None:
    now = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    certificate, key = self_signed(now)
    (tmp_path / "pair.pem").write_bytes(certificate + key)
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(tmp_path / "pair.pem")
    read = x509.load_pem_x509_certificate(certificate)
    assert read.not_valid_after_utc > now + datetime.timedelta(days=3000)
