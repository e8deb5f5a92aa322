from gatepost.plugin.plugin import Site
from gatepost.plugins.openid_connect.config import ALL_METHODS, AT_WORK, OpenIdConnectConfig
from gatepost.plugins.openid_connect.parts import Parts

SITE = Site(instance="i", node_secret=b"n")


def names(*methods: str) -> list[str]:
    config = OpenIdConnectConfig.model_validate(
        {
            "issuer": "https://idp.example",
            "client_id": ["a"],
            "client_secret": ["b"],
            "refresh_token_param_name": "refresh_token",
            "auth_methods": list(methods),
        }
    )
    return [method.name for method in Parts(config, SITE).methods()]


def test_every_method_at_work_is_made_in_its_order_behind_the_doors() -> None:
    working = [name for name in ALL_METHODS if name in AT_WORK]
    assert names(*working) == ["doors", *AT_WORK]


def test_without_people_there_are_no_doors() -> None:
    assert names("bearer") == ["bearer"]
    assert names("session") == ["doors", "session"]
