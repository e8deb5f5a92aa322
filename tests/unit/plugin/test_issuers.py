from gatepost.plugin.issuers import issuers_of


def test_issuers_are_told_without_the_well_known_part() -> None:
    configs = [
        {"issuer": "https://a.example/.well-known/openid-configuration"},
        {"issuer": "https://b.example", "issuers_allowed": ["https://c.example"]},
        {"issuer": "{vault://env/ISSUER}"},
        {},
    ]
    assert list(issuers_of(configs)) == [
        "https://a.example",
        "https://b.example",
        "https://c.example",
    ]
