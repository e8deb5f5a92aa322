from typing import Any

from gatepost.admin.issuers import Told
from gatepost.admin.provider_findings import LATELY, of_calls, of_issuers


def lines(**counted: float) -> dict[str, Any]:
    found = []
    for name, number in counted.items():
        purpose, _, result = name.partition("__")
        labels = {"purpose": purpose, "result": result.replace("_", ".").lstrip(".")}
        found.append({"labels": labels, "total": {"n": number}, "points": []})
    return {"lines": found}


def test_a_provider_that_answers_is_no_finding_whatever_it_answers() -> None:
    assert list(of_calls(lines(token__2xx=5, token__4xx=50))) == []
    assert list(of_calls(lines())) == []


def test_failures_are_told_with_how_they_failed() -> None:
    calls = lines(token__2xx=90, token__5xx=3, token__provider_timeout=7, jwks__5xx=2)
    jwks, token = of_calls(calls)
    assert (token.what, token.level, token.name) == ("provider.fails", "warning", "token")
    assert token.says == (
        "10 of 100 calls to providers (token) failed in the last 15 minutes: provider.timeout, 5xx."
    )
    assert (jwks.level, jwks.name) == ("problem", "jwks")


def test_an_issuer_that_could_not_be_asked_lately_is_told() -> None:
    good = Told("https://a.example", 1000.0, {"issuer": "https://a.example"})
    bad = Told("https://b.example", 1000.0, problem="it did not answer\n\x1b[0m.")
    (found,) = of_issuers([good, bad], 1060.0)
    assert (found.what, found.kind, found.id) == ("issuer.fails", "issuers", bad.id)
    assert "b.example" in found.says
    assert found.says.isprintable()
    assert list(of_issuers([bad], 1001.0 + LATELY)) == []
