"""Writes docs/conformance.md from the conformance tests. Run it as ``make docs``.

The docstring of a test says what the provider does, what Gatepost does, and where the suite leaves
a choice; status and code of an answer are those that the test compares with.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs/conformance.md"
TESTS: Final = ROOT / "tests/conformance/rp"

_VERDICTS: Final = {"admitted": "logged in", "ended": "200", "log_out": "200", "taken": "200"}
"""What the other functions mean by which tests judge."""

HEAD: Final = """\
# Conformance

The OpenID Foundation tests relying parties with a suite whose provider misbehaves, one way in each
module. Here is a test of our own for each module of its plans that concerns a gateway with the code
flow, by the module's name. They run with `make test`, against whole nodes and our
[development provider](development-provider.md). **They are not the Foundation's suite, and Gatepost
is not certified**: the same people wrote both sides.

They ask for more than the suite does, which passes a client that stays silent:

- Where a login is refused, the person sees a page with this status and code, the audit log has a
  line with that code and the id of that request, no cookie of a session or a login is left, the
  upstream saw no request, and userinfo was not asked, unless what it said was wrong. A login that
  is put off (503) keeps the cookie by which a reload completes it.
- Where a login completes, the upstream was told who came.
- Where a session ends, it is tried again, in a copy of the browser too; where a logout is refused,
  the session is used again.
- With each login the authorization request is checked as the suite does: what must be in it, S256,
  a nonce of at most 43 characters, no request object.
- What the provider was told to do was done, else the test fails.

This page is made from the tests by `make docs`. Names are those of August 2026.
"""

TAIL: Final = """\

## Not covered

- Dynamic registration of clients, WebFinger, request objects: Gatepost has none of them.
- Hybrid and implicit flows (`oidcc-client-test-invalid-chash`, `-missing-chash`,
  `-nonce-unless-code-flow`, and at_hash as they demand it): Gatepost asks for a code alone.
- The session management iframe (`oidcc-client-test-session-management`): a gateway has no page of
  its own to put it in.
- Logins that a third party initiates (`oidcc-client-test-3rd-party-init-login`).
- `oidcc-client-test-userinfo-bearer-body`: the access token travels in the header.
- FAPI and `oidcc-client-test-mtls-endpoint-aliases`: mutual TLS and DPoP are not at work yet.
- Third-party cookies: front-channel logout works as far as browsers send cookies in frames. Prefer
  the back channel.
"""


@dataclass(frozen=True)
class Plan:
    """A plan of the suite, the tests for it by file, and the modules that must be there."""

    title: str
    name: str
    files: tuple[str, ...]
    modules: tuple[str, ...]


@dataclass(frozen=True)
class Case:
    """One test: its name as the page shows it, and the paragraphs of its docstring."""

    name: str
    is_module: bool
    provider: str
    gatepost: str
    choice: str
    answers: tuple[str, ...]


def _modules(prefix: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{prefix}-{name}" if name else prefix for name in names)


_BASIC: Final = _modules(
    "oidcc-client-test",
    *("", "invalid-iss", "missing-sub", "invalid-aud", "missing-iat", "kid-absent-single-jwks"),
    *("kid-absent-multiple-jwks", "idtoken-sig-rs256", "idtoken-sig-none", "invalid-sig-rs256"),
    *("userinfo-invalid-sub", "nonce-invalid", "scope-userinfo-claims", "client-secret-basic"),
)

PLANS: Final = (
    Plan("Basic", "oidcc-client-basic-certification-test-plan", ("test_basic.py",), _BASIC),
    Plan(
        "Form Post",
        "oidcc-client-formpost-basic-certification-test-plan",
        ("test_form_post.py",),
        _BASIC,
    ),
    Plan(
        "Config",
        "oidcc-client-config-certification-test-plan",
        ("test_config.py",),
        _modules(
            "oidcc-client-test",
            *("discovery-openid-config", "discovery-jwks-uri-keys", "discovery-issuer-mismatch"),
            *("idtoken-sig-none", "signing-key-rotation-just-before-signing"),
            "signing-key-rotation",
        ),
    ),
    Plan(
        "Refresh",
        "oidcc-client-refreshtoken-test-plan",
        ("test_refresh.py",),
        _modules("oidcc-client-test-refresh-token", "", "invalid-issuer", "invalid-sub"),
    ),
    Plan(
        "RP-initiated logout",
        "oidcc-client-rp-initiated-logout-rp-basic",
        ("test_rp_initiated_logout.py",),
        _modules("oidcc-client-test-rp-init-logout", "", "other-state", "no-state"),
    ),
    Plan(
        "Back-channel logout",
        "oidcc-client-back-channel-logout-rp-basic",
        ("test_back_channel.py", "test_back_channel_more.py"),
        _modules(
            "oidcc-client-test-rp-backchannel-rpinitlogout",
            *("", "alg-none", "wrong-alg", "wrong-iss", "wrong-aud", "no-event", "wrong-event"),
            "with-nonce",
        ),
    ),
    Plan(
        "Front-channel logout",
        "oidcc-client-front-channel-logout-rp-basic",
        ("test_front_channel.py",),
        _modules("oidcc-client-test-rp-frontchannel", "rpinitlogout", "opinitlogout"),
    ),
    Plan(
        "Of the comprehensive plan",
        "oidcc-client-test-plan",
        ("test_comprehensive.py",),
        _modules(
            "oidcc-client-test",
            *("missing-aud", "invalid-sig-hs256", "invalid-sig-es256", "invalid-athash"),
            *("missing-athash", "form-post-error", "userinfo-bearer-header", "userinfo-signed"),
            *("aggregated-claims", "distributed-claims"),
        ),
    ),
)


def cases(plan: Plan) -> list[Case]:
    """Return the tests of a plan, as they stand in its files."""
    return [case for name in plan.files for case in read((TESTS / name).read_text("utf-8"))]


def read(text: str) -> Iterator[Case]:
    """Yield the tests of a file that say what they are about."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            told = ast.get_docstring(node)
            if told is not None:
                yield _case(node, [" ".join(part.split()) for part in told.split("\n\n")])


def listed(text: str) -> tuple[str, ...]:
    """Return the modules that a file lists as MODULES, to run the tests of another for each."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "MODULES":
            return tuple(ast.literal_eval(node.value))
    return ()


def render() -> str:
    """Return the page."""
    page = [HEAD]
    for plan in PLANS:
        found = cases(plan)
        page.append(f"\n## {plan.title}\n\n{_lead(plan)}\n")
        page.append(_table("module", [case for case in found if case.is_module]))
        page.append(_table("beside the plan", [case for case in found if not case.is_module]))
    return "".join([*page, _choices(), TAIL])


def _case(node: ast.FunctionDef, parts: list[str]) -> Case:
    is_module = node.name.startswith("test_oidcc_client_test")
    name = node.name.removeprefix("test_")
    choice = parts[2].removeprefix("Choice: ") if len(parts) > 2 else ""
    return Case(
        f"`{name.replace('_', '-')}`" if is_module else name.replace("_", " "),
        is_module,
        parts[0],
        parts[1] if len(parts) > 1 else "",
        choice,
        tuple(dict.fromkeys(_answers(node))),
    )


def _answers(node: ast.FunctionDef) -> Iterator[str]:
    """Yield status and code of each refusal that a test compares with, and its other verdicts."""
    for call in (one for one in ast.walk(node) if isinstance(one, ast.Call)):
        told = {one.arg: ast.unparse(one.value) for one in call.keywords if _plain(one.value)}
        if {"status", "code"} <= told.keys():
            yield f"{told['status']} `{ast.literal_eval(told['code'])}`"
        elif isinstance(call.func, ast.Name) and call.func.id in _VERDICTS:
            yield _VERDICTS[call.func.id]


def _plain(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant)


def _lead(plan: Plan) -> str:
    files = ", ".join(f"[{name}](../{_shown(name)})" for name in plan.files)
    lead = f"Plan `{plan.name}`; tests in {files}."
    for name in plan.files:
        modules = listed((TESTS / name).read_text("utf-8"))
        if modules:
            names = ", ".join(f"`{module}`" for module in modules)
            lead += f"\n\nThe modules of the Basic plan, over https: {names}."
    return lead


def _shown(name: str) -> str:
    return (TESTS / name).relative_to(ROOT).as_posix()


def _table(title: str, found: Iterable[Case]) -> str:
    rows = "".join(
        f"| {case.name} | {case.provider} | {case.gatepost} | {'; '.join(case.answers)} |\n"
        for case in found
    )
    head = f"\n| {title} | the provider | Gatepost | answer |\n|---|---|---|---|\n"
    return head + rows if rows else ""


def _choices() -> str:
    """Return what of the above was ours to decide, once for each test."""
    found = [case for plan in PLANS for case in cases(plan) if case.choice]
    rows = "".join(f"| {case.name} | {case.choice} | {case.gatepost} |\n" for case in found)
    head = "\n## Where the suite leaves a choice\n\n| test | what it lets a client do | ours |\n"
    return f"{head}|---|---|---|\n{rows}"


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")
