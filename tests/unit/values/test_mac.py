import hmac

import pytest

from gatepost.values.mac import Mac, mac_of


@pytest.mark.parametrize("secret", [b"", b"k", b"k" * 32, b"k" * 64, b"k" * 65, b"k" * 200])
@pytest.mark.parametrize("data", [b"", b"x", b"x" * 1000])
def test_it_is_hmac_sha_256(secret: bytes, data: bytes) -> None:
    expected = hmac.digest(secret, data, "sha256")
    assert Mac(secret).digest(data) == expected
    assert mac_of(secret).digest(data) == expected


def test_one_digest_does_not_change_the_next() -> None:
    mac = Mac(b"k")
    assert mac.digest(b"a") == mac.digest(b"a") != mac.digest(b"b")
