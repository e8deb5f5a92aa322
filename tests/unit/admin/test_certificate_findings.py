import pytest

from gatepost.admin.certificate_findings import SOON, days, ends_at, of_certificates
from tests.unit.model.pems import pair
from tests.unit.store.whole import snapshot_of, uid

CERT, KEY = pair("server")
AUTHORITY, _ = pair("authority", authority=True)


def test_a_certificate_is_told_of_before_it_ends_and_after() -> None:
    snapshot = snapshot_of(
        certificates=[{"id": uid(1), "cert": CERT, "key": KEY}],
        snis=[{"id": uid(2), "name": "a.example", "certificate": uid(1)}],
        ca_certificates=[{"id": uid(3), "cert": AUTHORITY}],
    )
    end, other = ends_at(CERT), ends_at(AUTHORITY)
    assert end is not None
    assert other is not None
    assert list(of_certificates(snapshot, min(end, other) - SOON - 1)) == []
    soon = {one.what: one for one in of_certificates(snapshot, min(end, other) - SOON / 2)}
    assert soon["certificate.ends"].says == "Certificate a.example ends in 15 days."
    assert (soon["certificate.ends"].level, soon["certificate.ends"].id) == ("warning", uid(1))
    late = {one.what: one for one in of_certificates(snapshot, max(end, other) + 3600)}
    assert late.keys() == {"certificate.ended", "ca_certificate.ended"}
    assert late["ca_certificate.ended"].level == "problem"
    assert "1 hour ago" in late["certificate.ended"].says
    assert "PRIVATE" not in str(late)


def test_what_a_vault_holds_is_not_judged() -> None:
    assert ends_at("{vault://env/CERT}") is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "less than a minute"),
        (61, "1 minute"),
        (7300, "2 hours"),
        (86400, "1 day"),
        (9 * 86400, "9 days"),
    ],
)
def test_a_time_is_told_in_what_fits_it(seconds: float, words: str) -> None:
    assert days(seconds) == words
