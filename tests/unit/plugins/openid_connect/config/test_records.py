import pytest

from gatepost.plugin.shape import shape_of
from gatepost.plugins.openid_connect.config.records import (
    CertificateHeader,
    CloudAuthentication,
    Jwk,
    Principals,
    TokenExchange,
)


def test_the_private_parts_of_a_key_are_secret() -> None:
    members = shape_of(Jwk).fields
    secret = {name for name, member in members.items() if member.secret}
    assert secret == {"k", "d", "p", "q", "dp", "dq", "qi", "oth", "r", "t"}
    assert "x5t#S256" in members


def test_how_to_enter_a_cloud_is_secret() -> None:
    shown = {name for name, one in shape_of(CloudAuthentication).fields.items() if not one.secret}
    assert shown == {"auth_provider", "aws_cache_name", "aws_region", "aws_is_serverless"}


@pytest.mark.parametrize("record", [CertificateHeader, CloudAuthentication, Principals, Jwk])
def test_nothing_of_it_is_at_work(record: type) -> None:
    assert not any(member.at_work for member in shape_of(record).fields.values())


def test_a_trade_needs_to_know_whose_tokens() -> None:
    fields = shape_of(TokenExchange).fields
    assert [name for name, one in fields.items() if one.required] == ["subject_token_issuers"]
