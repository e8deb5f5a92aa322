"""The request as a command for a shell."""

import re
import shlex

from gatepost.console.collection import SECRET_HEADERS
from gatepost.console.trying.trial import Trial

_BRACES = re.compile(r"[\[\]{}]")


def command(trial: Trial, *, with_token: bool = False) -> str:
    """Return it. with_token: also what is secret, else a variable of the shell is named there."""
    words = ["curl -i"]
    if trial.method != "GET" and not (trial.method == "POST" and trial.body):
        words.append("-I" if trial.method == "HEAD" else f"-X {shlex.quote(trial.method)}")
    if _BRACES.search(trial.path):
        words.append("--globoff")
    if trial.insecure and trial.gateway.startswith("https://"):
        words.append("--insecure")
    if "/." in trial.path:
        words.append("--path-as-is")
    words.append(shlex.quote(trial.gateway + trial.path))
    if trial.host:
        words.append(_header("Host", trial.host))
    for name, value in trial.sent_headers():
        if name.lower() in SECRET_HEADERS and not with_token:
            words.append(_hidden(name, value))
        else:
            words.append(_header(name, value))
    if trial.body:
        if all(name.lower() != "content-type" for name, _ in trial.headers):
            words.append("-H Content-Type:")  # curl would call it a form
        words.append(f"--data-raw {shlex.quote(trial.body)}")
    return " \\\n  ".join(words)


def _header(name: str, value: str) -> str:
    # with a colon alone curl takes a header out instead of sending it empty
    return f"-H {shlex.quote(f'{name}: {value}' if value else f'{name};')}"


def _hidden(name: str, value: str) -> str:
    scheme = value.partition(" ")[0]
    if name.lower() == "authorization" and scheme in {"Basic", "Bearer"}:
        return f'-H "Authorization: {scheme} $TOKEN"'
    return f'-H "{name}: $TOKEN"'
