import subprocess

from gatepost.console.collection import Order
from gatepost.console.trying import Tokens, Trial
from gatepost.console.trying.curl import command
from gatepost.values import Secret

NASTY = 'it\'s $(touch /tmp/x) `id` "quoted" \\ ; rm -rf & |'


def trial(**more: object) -> Trial:
    made = Trial(gateway="http://gw.test:8000", path="/a?b=c")
    for name, value in more.items():
        setattr(made, name, value)
    return made


def words(made: Trial, *, with_token: bool = False) -> list[str]:
    """Return the command as a shell takes it apart."""
    asked = command(made, with_token=with_token)
    script = f"curl() {{ printf '%s\\0' \"$@\"; }}\nTOKEN=of-the-shell\n{asked}"
    done = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, check=True)
    return done.stdout.split("\0")[:-1]


def test_the_token_is_left_out_unless_it_is_wanted() -> None:
    held = trial(way="bearer", tokens=Tokens(Secret("canary-token")))
    assert "canary" not in command(held)
    assert "Authorization: Bearer of-the-shell" in words(held)
    assert "Authorization: Bearer canary-token" in words(held, with_token=True)
    gate = trial(way="basic", order=Order("", "client_credentials", "a", "canary-secret"))
    assert "Authorization: Basic of-the-shell" in words(gate)
    keyed = trial(headers=(("X-Api-Key", "canary-key"), ("Cookie", "canary-cookie")))
    assert "canary" not in command(keyed)


def test_whatever_stands_in_a_request_is_one_word_of_the_command() -> None:
    made = trial(path="/" + NASTY, method="PUT", headers=(("X-A", NASTY), ("X-B", "")), body=NASTY)
    found = words(made)
    assert found[:3] == ["-i", "-X", "PUT"]
    assert f"http://gw.test:8000/{NASTY}" in found
    assert f"X-A: {NASTY}" in found
    assert "X-B;" in found
    assert found[-1] == NASTY


def test_curl_is_told_to_leave_the_request_as_it_is() -> None:
    assert "--globoff" in words(trial(path="/[1]"))
    assert "--path-as-is" in words(trial(path="/a/../b"))
    assert words(trial(method="HEAD"))[:2] == ["-i", "-I"]
    assert "Content-Type:" in words(trial(method="POST", body="x"))
    typed = trial(method="POST", body="x", headers=(("Content-Type", "a/b"),))
    assert "Content-Type:" not in words(typed)
    assert "Host: other.test" in words(trial(host="other.test"))
    assert "--insecure" in words(trial(gateway="https://gw:8443", insecure=True))
