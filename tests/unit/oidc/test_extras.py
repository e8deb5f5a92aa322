import pytest

from gatepost.oidc import Extra
from gatepost.oidc.extras import NOTHING, check_arguments, check_headers
from gatepost.values import By, Fault


def test_extras_are_not_shown() -> None:
    assert "canary" not in repr(Extra((("key", "canary-3"),), (("x-key", "canary-4"),)))
    assert Extra() == NOTHING


def test_what_stands_beside_ours_is_let_pass() -> None:
    check_arguments((("resource", "a"), ("State", "b")), ("state",))
    check_headers((("X-Tenant", "a\tb é"),), ("accept",))


def test_an_argument_of_ours_is_refused_by_its_name_alone() -> None:
    with pytest.raises(Fault, match="'state'") as raised:
        check_arguments((("a", "1"), ("state", "canary")), ("state",))
    assert (raised.value.code, raised.value.by) == ("config.reserved_argument", By.OPERATOR)
    assert "canary" not in str(raised.value)


@pytest.mark.parametrize("name", ["accept", "Accept", "ACCEPT"])
def test_a_header_of_ours_is_refused_however_it_is_written(name: str) -> None:
    with pytest.raises(Fault) as raised:
        check_headers(((name, "canary"),), ("accept",))
    assert (raised.value.code, raised.value.by) == ("config.reserved_header", By.OPERATOR)
    assert "canary" not in str(raised.value)


@pytest.mark.parametrize("value", ["a\r\nx: y", "a\nb", "a\x00", "\x7f"])
def test_a_copied_header_cannot_begin_another(value: str) -> None:
    for field in (("X-Copied", value), (value, "x")):
        with pytest.raises(Fault) as raised:
            check_headers((field,), ())
        assert (raised.value.code, raised.value.by) == ("request.bad_header", By.CLIENT)
