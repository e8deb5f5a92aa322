from gatepost.model import Vault
from tests.unit.model.saying import mistakes


def test_the_environment_is_the_one_vault_today() -> None:
    assert mistakes(Vault, prefix="my-env", name="env", config={"prefix": "MY_"}) == {}
    assert "not supported yet" in mistakes(Vault, prefix="my-aws", name="aws")["name"]
    assert "expected one of" in mistakes(Vault, prefix="my-x", name="x")["name"]


def test_a_prefix_is_lower_case_and_no_name_of_a_vault() -> None:
    for wrong in ("A", "a", "1a", "a_b", "env", "hcv"):
        assert mistakes(Vault, prefix=wrong, name="env").keys() == {"prefix"}


def test_the_configuration_is_checked_beside_other_mistakes() -> None:
    said = mistakes(
        Vault, prefix="A", name="env", config={"prefix": "a b", "base64_decode": True, "ttl": 1}
    )
    assert said.keys() == {"prefix", "config.prefix", "config.base64_decode", "config.ttl"}


def test_defaults_that_deck_writes_pass() -> None:
    config = {"prefix": None, "base64_decode": False}
    assert mistakes(Vault, prefix="my-env", name="env", config=config) == {}
