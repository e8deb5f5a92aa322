import base64
import json
from pathlib import Path

from bench.tokens import Signer, pool


def test_each_product_gets_each_token_once_and_the_file_grows_on_demand(tmp_path: Path) -> None:
    tokens = pool(Signer(), "http://127.0.0.1:1/issuer", tmp_path / "tokens")
    assert tokens.reserve("a", 10) == 0
    lines = tokens.file.read_bytes().splitlines()
    assert len(lines) == len(set(lines)) == 1000
    tokens.used("a", 10)
    assert tokens.reserve("b", 10) == 0
    skip = tokens.reserve("a", 995)
    content = tokens.file.read_bytes()
    assert content[skip:].split(b"\n", 1)[0] == lines[10]
    assert len(content.splitlines()) == 2000


def test_the_reusable_token_is_none_of_the_file(tmp_path: Path) -> None:
    tokens = pool(Signer(), "http://127.0.0.1:1/issuer", tmp_path / "tokens")
    first = tokens.first()
    payload = first.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert claims["sub"] == "subject-000000000"
    tokens.reserve("a", 1)
    assert b"\n" + first.encode() not in b"\n" + tokens.file.read_bytes()
