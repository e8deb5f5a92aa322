import shlex
import tomllib

import yaml

from gatepost.console.joining import ways


def test_each_way_holds_what_the_node_needs() -> None:
    command, systemd, docker, kubernetes = ways(
        "gate.example:8005,b:8005", "gpn_x", "gatepost node --token gpn_x", "http://a:8001"
    )
    assert command.pieces[0].content == "gatepost node --token gpn_x"
    assert systemd.pieces[0].content.startswith("GATEPOST_CONTROL_PLANE=gate.example:8005,b:8005\n")
    assert tomllib.loads(systemd.pieces[1].content) == {"token": "gpn_x"}
    words = shlex.split(docker.pieces[0].content)
    assert words[:3] == ["docker", "run", "--detach"]
    assert words[-1] == "node"
    assert "GATEPOST_TOKEN=gpn_x" in words
    assert yaml.safe_load(kubernetes.pieces[0].content)["node"]["adminUrl"] == "http://a:8001"
    assert all("gpn_x" not in piece.content for piece in kubernetes.pieces)


def test_what_hides_is_marked_and_an_odd_address_stays_one_word() -> None:
    made = ways("[::1]:8005", 'gpn_"x', "c", 'http://a"b\\')
    docker, kubernetes = made[2], made[3]
    assert "GATEPOST_CONTROL_PLANE=[::1]:8005" in shlex.split(docker.pieces[0].content)
    assert 'GATEPOST_TOKEN=gpn_"x' in shlex.split(docker.pieces[0].content)
    assert yaml.safe_load(kubernetes.pieces[0].content)["node"]["adminUrl"] == 'http://a"b\\'
