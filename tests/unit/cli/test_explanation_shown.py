import io
from typing import Any

from rich.console import Console

from gatepost.cli.explanation_shown import as_text

REQUEST = {"method": "GET", "url": "http://h:80/x", "headers": [["Accept", "[bold]"]]}
MEMORY = {
    "remembered": True, "seconds": 9.5, "until": "T", "space": "accepted",
    "tags": ["issuer https://id"], "why_not": [],
}  # fmt: skip


def shown(**story: Any) -> str:
    out = io.StringIO()
    as_text({"request": REQUEST, **story}, Console(file=out, width=100, highlight=False))
    return out.getvalue()


def proof(subject: str | None, **claims: Any) -> dict[str, Any]:
    return {
        "method": "bearer",
        "issuer": "https://id",
        "subject": subject,
        "claims": {"at": claims},
    }


def test_a_refusal_has_its_code_and_challenges() -> None:
    text = shown(
        outcome="refused", status=401, code="token.expired", message="Unauthorized",
        challenges=['Bearer realm="id"'],
        memory={**MEMORY, "remembered": False, "why_not": ["it was asked once"]},
    )  # fmt: skip
    assert "Refused 401 token.expired Unauthorized" in text
    assert 'WWW-Authenticate: Bearer realm="id"' in text
    assert "Not remembered\n  because it was asked once" in text


def test_what_is_sent_upstream_and_how_long_it_is_remembered() -> None:
    upstream = {
        "url": "http://u/x",
        "host": "u",
        "headers": [["Authorization", None], ["X-A", "b"]],
    }
    text = shown(outcome="forward", upstream=upstream, memory=MEMORY, plan=None)
    assert "Forwarded to http://u/x\n  Host: u\n  Authorization: (removed)\n  X-A: b" in text
    assert "Remembered for 9.5 s, until T, among the accepted" in text
    assert "issuer https://id" in text
    assert "Plan none" in text


def test_text_of_a_request_is_never_taken_for_markup() -> None:
    assert "Accept: [bold]" in shown(outcome="refused", status=404, message="[red]no[/red]")
    assert "[red]no[/red]" in shown(outcome="refused", status=404, message="[red]no[/red]")


def test_a_token_without_a_subject_is_told_by_its_client() -> None:
    refused = {"outcome": "refused", "status": 403, "message": ""}
    assert "Who ann of https://id" in shown(**refused, claims=[proof("ann", client_id="app")])
    assert "Who client app of https://id" in shown(**refused, claims=[proof(None, client_id="app")])
    assert "None" not in shown(**refused, claims=[proof(None, scope="read")])
