from gatepost.admin.plugin_forms import RegistryForms
from gatepost.plugin import installed
from gatepost.values.secret import MASK

FORMS = RegistryForms(installed())
GOOD = {"issuer": "https://idp.test", "client_id": ["x"], "client_secret": ["hush"]}


def test_a_configuration_is_stored_short_shown_masked_and_put_back() -> None:
    whole = FORMS.canonical("openid-connect", GOOD | {"scopes": ["openid"]})
    assert whole == GOOD
    shown = FORMS.masked("openid-connect", whole)
    assert shown["client_secret"] == [MASK]
    assert FORMS.unmasked("openid-connect", shown, whole) == (whole, [])


def test_a_mask_for_nothing_has_its_place() -> None:
    _, found = FORMS.unmasked("openid-connect", {"client_secret": [MASK]}, {})
    assert [at for at, _ in found] == [("client_secret", 0)]


def test_what_is_not_valid_stays_as_it_is_and_is_told() -> None:
    wrong = {"isuer": "x"}
    assert FORMS.canonical("openid-connect", wrong) == wrong
    assert "isuer" in {one.path for one in FORMS.check("openid-connect", wrong)}
    assert FORMS.check("openid-connect", GOOD) == []


def test_of_an_unknown_plugin_everything_may_be_secret() -> None:
    assert FORMS.masked("nobody", {"a": 1, "b": {}}) == {"a": MASK, "b": MASK}
    assert FORMS.canonical("nobody", {"a": 1}) == {"a": 1}
    assert FORMS.unmasked("nobody", {"a": 1}, {}) == ({"a": 1}, [])
    assert [one.path for one in FORMS.check("nobody", {})] == [""]
