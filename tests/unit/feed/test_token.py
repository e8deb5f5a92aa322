import base64
import json

import pytest

from gatepost.feed.token import Token, digest_of
from gatepost.values import Address, Fault

PIN = "ab" * 32


def test_a_token_is_read_as_it_was_written_and_shows_its_secret_nowhere_else() -> None:
    made = Token.make([Address("control.example", 8005)], PIN, "t1")
    text = made.encode()
    assert text.startswith("gpn_")
    assert Token.decode(f" {text}\n") == made
    assert made.secret.reveal() not in repr(made)
    assert made.digest == digest_of(made.secret.reveal())
    assert len(made.digest) == 64
    assert Token.make(made.addresses, PIN, "t1").digest != made.digest


def test_a_token_holds_as_many_addresses_as_there_are_control_planes() -> None:
    made = Token.make([Address("a.example", 8005), Address("::1", 9000)], PIN, "t1")
    assert Token.decode(made.encode()).addresses == made.addresses


def form(**said: object) -> str:
    whole = {"a": "h:1", "f": PIN, "i": "t", "s": "x", **said}
    return "gpn_" + base64.urlsafe_b64encode(json.dumps(whole).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "text",
    [
        "", "gpn_", "gpn_%%%", "gpn_bm9wZQ", "other_" + form()[4:], form(f="short"), form(a=1),
        form(s=""), form(a="h:1,"), form(a="h:1:2/"), form()[:-9],
        "gpn_" + "a" * 5000, "gpn_" + "W1" * 900,
    ],
)  # fmt: skip
def test_what_is_no_token_is_told_to_be_copied_whole(text: str) -> None:
    with pytest.raises(Fault) as caught:
        Token.decode(text)
    assert caught.value.code == "enrolment.malformed"
    assert text[4:20] == "" or text[4:20] not in caught.value.message
