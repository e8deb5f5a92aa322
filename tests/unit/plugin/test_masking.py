from typing import Any

import pytest

from gatepost.plugin.masking import NothingStored, masked, secret_paths, secrets_in, unmasked
from gatepost.values.secret import MASK
from tests.unit.plugin.configs import kinds

STORED: dict[str, Any] = {
    "name": "n",
    "headers": {"x-a": "1", "x-b": "{vault://env/B}", "x-c": ""},
    "server": {"host": "h", "password": "p"},
    "spare": {"password": None},
    "servers": [{"password": "q"}, {"host": "h"}],
    "either": {"password": "e"},
    "keys": ["k", "{vault://env/K}", "l"],
}


def test_secrets_are_found_wherever_they_are() -> None:
    assert secret_paths(kinds) == (
        ("either",),
        ("headers",),
        ("keys",),
        ("later", "key"),
        ("password",),
        ("server", "password"),
        ("servers", "*", "password"),
        ("spare", "password"),
    )


def test_every_text_in_a_secret_place_is_gathered() -> None:
    found = secrets_in(kinds, STORED)
    assert {"1", "p", "q", "e", "k", "l"} <= found
    assert not {"n", "h"} & found


def test_each_secret_text_is_hidden_and_everything_else_is_shown() -> None:
    assert masked(kinds, STORED) == {
        "name": "n",
        "headers": {"x-a": MASK, "x-b": "{vault://env/B}", "x-c": ""},
        "server": {"host": "h", "password": MASK},
        "spare": {"password": None},
        "servers": [{"password": MASK}, {"host": "h"}],
        "either": {"password": MASK},
        "keys": [MASK, "{vault://env/K}", MASK],
    }


def test_only_a_whole_reference_is_shown() -> None:
    shown = masked(kinds, {"keys": ["{vault://env/K} and more", "{vault://", "x{vault://env/K}"]})
    assert shown["keys"] == [MASK, MASK, MASK]


def test_old_names_are_hidden_as_today_s_and_unknown_ones_always() -> None:
    assert masked(kinds, {"password": "p", "host": "h", "gone": 4, "paswort": ["p", {"a": 1}]}) == {
        "password": MASK,
        "host": "h",
        "gone": 4,
        "paswort": [MASK, {"a": MASK}],
    }
    assert masked(kinds, {"server": {"pass": "p"}})["server"] == {"pass": MASK}


def test_a_value_of_the_wrong_kind_is_hidden_too() -> None:
    assert masked(kinds, {"keys": "k", "headers": 5}) == {"keys": MASK, "headers": MASK}


def test_what_was_hidden_comes_back() -> None:
    assert unmasked(kinds, masked(kinds, STORED), STORED) == STORED
    assert unmasked(kinds, {"keys": ["new", MASK, MASK]}, STORED)["keys"] == [
        "new",
        "{vault://env/K}",
        "l",
    ]
    assert unmasked(kinds, {"keys": MASK}, STORED)["keys"] == STORED["keys"]
    assert unmasked(kinds, {"password": MASK}, STORED) == {"password": "p"}


def test_a_mask_that_is_no_secret_is_a_text() -> None:
    assert unmasked(kinds, {"name": MASK, "words": [MASK]}, {}) == {"name": MASK, "words": [MASK]}


def test_a_mask_for_nothing_is_told_with_its_place_all_at_once() -> None:
    config = {
        "keys": [MASK, MASK],
        "headers": {"x-z": MASK},
        "servers": [{}, {"password": MASK}],
        "password": MASK,
    }
    with pytest.raises(NothingStored) as caught:
        unmasked(kinds, config, {"keys": ["k"]})
    assert [one.path for one in caught.value.problems] == [
        "config.keys[1]",
        "config.headers.x-z",
        "config.servers[1].password",
        "config.password",
    ]


def test_nothing_that_is_given_is_changed() -> None:
    config = masked(kinds, STORED)
    before = repr((config, STORED))
    unmasked(kinds, config, STORED)
    assert repr((config, STORED)) == before
