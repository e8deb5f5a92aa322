"""Before anything is measured: is the right thing measured? A benchmark of errors is a bug."""

import urllib.error
import urllib.request

from bench.case import Case
from bench.load import BadRunError
from bench.upstream import ANSWER, PROBE


def look(case: Case, credential: str | None = None) -> None:
    """Raise BadRunError unless the request does what its case says.

    credential: for cases that take theirs from elsewhere.
    """
    headers = dict(case.drive.headers)
    if case.pool is not None and credential is not None:
        name, _, before = case.pool.header.partition(": ")
        headers[name] = before + credential
    status, body = _ask(case, headers)
    if (status, body) != (200, ANSWER):
        raise BadRunError(
            f"{case.name}: expected the upstream's answer, got {status}: {body[:300]}"
        )
    status, body = _ask(case, {**headers, PROBE: "1"})
    seen = dict(line.partition("=")[::2] for line in body.splitlines())
    for name, value in case.seen:
        if not seen.get(name) or (value is not None and seen[name] != value):
            raise BadRunError(
                f"{case.name}: the upstream got {name}: {seen.get(name)!r}, expected "
                f"{'anything' if value is None else repr(value)}"
            )
    if case.refuses or credential is not None:
        headers.pop("Authorization", None)
        headers.pop("Cookie", None)
        status, _ = _ask(case, headers)
        if status != 401:
            raise BadRunError(f"{case.name}: without a credential it is {status}, not 401")


def _ask(case: Case, headers: dict[str, str]) -> tuple[int, str]:
    url = f"http://127.0.0.1:{case.port}{case.drive.path}"
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode("utf-8", "replace")
