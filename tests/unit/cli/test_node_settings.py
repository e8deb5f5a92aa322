import os
from pathlib import Path

import pytest

from gatepost.cli.node_settings import default_prefix, member_settings, node_settings
from gatepost.values import Address, Fault


def test_kongs_variables_are_heeded_where_they_mean_the_same() -> None:
    environ = {
        "KONG_DECLARATIVE_CONFIG": "/etc/kong.yaml",
        "KONG_PREFIX": "/srv/kong",
        "KONG_PROXY_LISTEN": "127.0.0.1:9000 reuseport, 127.0.0.1:9443 http2 ssl",
        "KONG_STATUS_LISTEN": "off",
        "KONG_TRUSTED_IPS": "10.0.0.0/8",
        "KONG_NGINX_WORKER_PROCESSES": "auto",
    }
    settings = node_settings({}, environ)
    assert (settings.file, settings.prefix) == (Path("/etc/kong.yaml"), Path("/srv/kong"))
    assert settings.proxy == Address("127.0.0.1", 9000)
    assert settings.proxy_ssl == Address("127.0.0.1", 9443)
    assert settings.status == Address("127.0.0.1", 8007)
    assert settings.trusted_ips == ("10.0.0.0/8",)
    assert settings.workers == len(os.sched_getaffinity(0))


def test_only_harmless_variables_reach_child_processes() -> None:
    environ = {"PATH": "/bin", "HTTPS_PROXY": "http://proxy", "CLIENT_SECRET": "hush-hush"}
    settings = node_settings({"file": "kong.yaml"}, environ)
    assert settings.environment == {"PATH": "/bin"}
    assert settings.vault["CLIENT_SECRET"] == "hush-hush"
    assert "hush-hush" not in repr(settings)


def test_off_turns_a_listener_off() -> None:
    assert node_settings({"file": "k", "proxy_ssl": "off"}, {}).proxy_ssl is None


def test_without_a_file_it_says_what_to_type() -> None:
    with pytest.raises(Fault) as caught:
        node_settings({}, {})
    assert "gatepost run FILE" in caught.value.message


def test_the_default_prefix_is_the_users_own_unless_root() -> None:
    found = default_prefix({"XDG_STATE_HOME": "/state"})
    expected = "/var/lib/gatepost" if os.geteuid() == 0 else "/state/gatepost"
    assert found == Path(expected)


def test_a_node_of_a_control_plane_has_no_file_and_nobody_may_name_its_tokens() -> None:
    environ = {
        "KONG_CLUSTER_CONTROL_PLANE": "control.example",
        "GATEPOST_TOKEN": "gpn_0123456789abcdef",
        "GATEPOST_STATUS_TOKEN": "token-of-the-status-api",
        "CLIENT_SECRET": "hush-hush",
    }
    settings = member_settings({"prefix": "/srv/node"}, environ)
    assert settings.file is None
    assert settings.control_plane == (Address("control.example", 8005),)
    assert settings.token is not None
    assert settings.vault.keys() == {"KONG_CLUSTER_CONTROL_PLANE", "CLIENT_SECRET"}
    assert "gpn_" not in repr(settings)


@pytest.mark.parametrize(("text", "rate"), [(None, 20), ("off", 0), ("3", 3)])
def test_traces_are_bounded_or_off(text: str | None, rate: int) -> None:
    environ = {} if text is None else {"GATEPOST_TRACES": text}
    assert member_settings({"prefix": "/srv/node"}, environ).traces == rate
    with pytest.raises(Fault, match="GATEPOST_TRACES"):
        member_settings({"prefix": "/srv/node"}, {"GATEPOST_TRACES": "many"})
    assert node_settings({"file": "kong.yaml"}, {}).traces == 0
