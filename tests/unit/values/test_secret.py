import json
from dataclasses import dataclass

import pytest

from gatepost.values import Secret
from gatepost.values.secret import reveal

HUSH = Secret("hush-hush")


@dataclass
class Holder:
    secret: Secret


def test_no_ordinary_way_of_printing_shows_it() -> None:
    shown = [str(HUSH), repr(HUSH), f"{HUSH}", f"{HUSH!r}", "%s" % HUSH, repr(Holder(HUSH))]  # noqa: UP031
    assert not [text for text in shown if "hush-hush" in text]
    with pytest.raises(TypeError):
        json.dumps(HUSH)
    assert not hasattr(HUSH, "__dict__")


def test_it_comes_out_one_way() -> None:
    assert HUSH.reveal() == "hush-hush"
    assert reveal(HUSH) == reveal("hush-hush") == "hush-hush"


def test_it_equals_the_same_secret_and_no_text() -> None:
    assert Secret("hush-hush") == HUSH
    assert hash(Secret("hush-hush")) == hash(HUSH)
    assert Secret("other") != HUSH
    assert HUSH != "hush-hush"
    assert HUSH
    assert not Secret("")
