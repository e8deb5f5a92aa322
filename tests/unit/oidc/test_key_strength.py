import pytest

from gatepost.oidc.compact import encode_segment
from gatepost.oidc.key_strength import (
    UnusableKey,
    check_curve,
    check_ed25519,
    check_purpose,
    check_rsa,
)


def _rsa(n: int, e: int = 65537) -> dict[str, str]:
    return {
        name: encode_segment(value.to_bytes((value.bit_length() + 7) // 8, "big"))
        for name, value in (("n", n), ("e", e))
    }


def test_the_sizes_of_an_rsa_key_are_exact() -> None:
    for bits in (2048, 8192):
        check_rsa(_rsa(2 ** (bits - 1) + 1))
    for bits in (512, 1024, 2047, 8193, 16_384):
        with pytest.raises(UnusableKey, match=f"{bits} bits"):
            check_rsa(_rsa(2 ** (bits - 1) + 1))


def test_small_odd_exponents_are_good_and_huge_ones_are_not() -> None:
    modulus = 2**2047 + 1
    for e in (3, 65537, 2**32 + 1):
        check_rsa(_rsa(modulus, e))
    for e in (0, 1, 2, 4, 2**33 + 1):
        with pytest.raises(UnusableKey, match="exponent"):
            check_rsa(_rsa(modulus, e))


def test_numbers_that_are_not_canonical_are_refused() -> None:
    for n in ("", "é", "A A", "AQ+/", _rsa(2**2047 + 1)["n"][:-1] + "B!"):
        with pytest.raises(UnusableKey):
            check_rsa({"n": n, "e": "AQAB"})


def test_only_known_curves_pass() -> None:
    check_curve("P-256", ("P-256", "P-384"))
    for crv in ("secp256k1", "p-256", None, ["P-256"]):
        with pytest.raises(UnusableKey, match="P-256, P-384"):
            check_curve(crv, ("P-256", "P-384"))


def test_an_honest_point_passes() -> None:
    check_ed25519("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")


def test_purposes_are_kept() -> None:
    check_purpose({"use": "sig", "key_ops": ["sign", "verify"], "kid": "a", "alg": "RS256"})
    for bad in ({"use": "enc"}, {"key_ops": []}, {"key_ops": "verify"}, {"kid": 1}, {"alg": None}):
        with pytest.raises(UnusableKey):
            check_purpose(bad)


@pytest.mark.parametrize("sign_bit", [0, 0x80])
@pytest.mark.parametrize(
    "y",
    [0, 1, 2**255 - 20, 2**255 - 19, 2**255 - 18,
     int.from_bytes(bytes.fromhex(
         "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"),
     int.from_bytes(bytes.fromhex(
         "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little")],
)  # fmt: skip
def test_an_ed25519_point_of_small_order_is_unusable(y: int, sign_bit: int) -> None:
    raw = bytearray(y.to_bytes(32, "little"))
    raw[31] |= sign_bit
    with pytest.raises(UnusableKey, match="small order"):
        check_ed25519(encode_segment(bytes(raw)))


def test_the_refused_points_are_those_that_eight_steps_lead_to_the_neutral_one() -> None:
    p, d = 2**255 - 19, -121665 * pow(121666, -1, 2**255 - 19) % (2**255 - 19)

    def add(a: tuple[int, int], b: tuple[int, int]) -> tuple[int, int]:
        product = d * a[0] * b[0] * a[1] * b[1] % p
        x = (a[0] * b[1] + b[0] * a[1]) * pow(1 + product, -1, p) % p
        return x, (a[1] * b[1] + a[0] * b[0]) * pow(1 - product, -1, p) % p

    text = "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"
    y = int.from_bytes(bytes.fromhex(text), "little")
    square = (y * y - 1) * pow(d * y * y + 1, -1, p) % p
    x = pow(square, (p + 3) // 8, p)
    x = x if x * x % p == square else x * pow(2, (p - 1) // 4, p) % p
    point, ys = (x, y), set()
    for _ in range(8):
        ys.add(point[1])
        point = add(point, (x, y))
    for small in ys:
        raw = encode_segment(small.to_bytes(32, "little"))
        with pytest.raises(UnusableKey, match="small order"):
            check_ed25519(raw)
    assert len(ys) == 5  # orders 1, 2, 4 (twice the same y) and 8
