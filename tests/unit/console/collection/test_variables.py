from gatepost.console.collection import Variables


def test_the_same_value_is_the_same_variable_and_another_has_a_number() -> None:
    variables = Variables()
    names = [variables.name("client_id", value) for value in ("a", "b", "a", "c")]
    assert names == ["client_id", "client_id_2", "client_id", "client_id_3"]
    assert variables.written() == {"client_id": "a", "client_id_2": "b", "client_id_3": "c"}


def test_secrets_are_named_and_empty_unless_they_are_wanted() -> None:
    for with_secrets in (False, True):
        variables = Variables(with_secrets)
        for value in ("one", "two"):
            variables.name("client_secret", value)
        shown = ["one", "two"] if with_secrets else ["", ""]
        assert list(variables.written().values()) == shown
        assert variables.secret("client_secret_2")
        assert not variables.secret("client_id")
