"""What is shown in the console is text: the ways by which it could become more are few and named.

NiceGUI has calls that take markup, scripts or a small language of attributes. A name that somebody
gave a route must never get into one, so that none may be given anything but a constant text here.
"""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "src" / "gatepost" / "console"

CONSTANT = frozenset(
    {"props", "style", "run_javascript", "html", "add_slot", "add_head_html", "add_body_html",
     "add_css"}
)  # fmt: skip
"""Calls whose texts are written down where they are called."""
NEVER = frozenset(
    {"markdown", "mermaid", "echart", "highchart", "plotly", "leaflet", "scene",
     "restructured_text", "interactive_image",
     "chat_message", "aggrid", "table", "tree", "json_editor", "codemirror"}
)  # fmt: skip
"""Elements of NiceGUI that draw markup, or take functions as texts."""
NUMBERS = {
    ("parts/form.py", "autogrow input-style=min-height:{}em"),
    ("parts/diagram.py", "--gp-many: {}"),
    ("parts/diagram.py", "grid-column: {} / {}"),
    ("parts/bars.py", "width: {}%"),
    ("parts/pem_field.py", "() => getElement({}).pickFiles()"),
    ("pages/traces.py", "icon={}"),
}
"""Texts with something in them that is of our own making: a number, or one of two icons."""
OTHER = {("frame.py", "_MARK"), ("server.py", "_head()")}
"""What is no text at the place, and is made of nothing that somebody wrote."""


def shape(node: ast.expr) -> str:
    """Return an argument as it is named above."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(p.value) if isinstance(p, ast.Constant) else "{}" for p in node.values)
    return ast.unparse(node)


def constant(node: ast.expr) -> bool:
    """Say whether it is one text of those that stand there."""
    if isinstance(node, ast.IfExp):
        return constant(node.body) and constant(node.orelse)
    return isinstance(node, ast.Constant)


def dangerous(source: str, where: str) -> list[str]:
    """Return the lines of a file that give such a call anything but a constant."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            of_ui = isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "ui"
            if of_ui and name in NEVER:
                found.append(f"{where}:{node.lineno}: ui.{name}")
            given = list(node.args) if name in CONSTANT else []
            given += [
                one.value for one in node.keywords if name in CONSTANT or one.arg == "js_handler"
            ]
            for one in given:
                if constant(one) or (where, shape(one)) in NUMBERS | OTHER:
                    continue
                found.append(f"{where}:{one.lineno}: {name}({shape(one)})")
        if isinstance(node, ast.Constant) and node.value in ("innerHTML", "v-html", "srcdoc"):
            found.append(f"{where}:{node.lineno}: {node.value}")
    return found


def test_nothing_that_is_shown_becomes_markup_or_script() -> None:
    found = []
    for path in sorted(ROOT.rglob("*.py")):
        where = path.relative_to(ROOT).as_posix()
        found += dangerous(path.read_text(encoding="utf-8"), where)
    assert not found, "\n".join(found)


def test_each_exception_is_still_one() -> None:
    for where, words in NUMBERS | OTHER:
        source = (ROOT / where).read_text(encoding="utf-8")
        shapes = {shape(n) for n in ast.walk(ast.parse(source)) if isinstance(n, ast.expr)}
        assert words in shapes, (where, words)


def test_scripts_of_the_console_make_no_markup() -> None:
    wrong = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|Function\(")
    for path in (ROOT / "static").rglob("*.js"):
        assert not wrong.search(path.read_text(encoding="utf-8")), path


def test_the_entrance_escapes_whatever_it_shows() -> None:
    for path in (ROOT / "static").rglob("*.html"):
        assert "safe" not in re.findall(r"\|\s*(\w+)", path.read_text(encoding="utf-8")), path


@pytest.mark.parametrize(
    "line",
    [
        'ui.label("x").props(f"label={name}")',
        'made.props("label=" + name)',
        'made.style("color: " + colour)',
        "ui.html(name)",
        'ui.html(f"<b>{name}</b>", sanitize=False)',
        'ui.run_javascript(f"go({name!r})")',
        "ui.run_javascript(code)",
        'table.add_slot("body", f"<td>{name}</td>")',
        'button.on("click", js_handler=f"() => go({name})")',
        "ui.add_head_html(name)",
        "ui.markdown(name)",
        'made.props["innerHTML"] = name',
    ],
)
def test_what_could_is_found(line: str) -> None:
    assert dangerous(line, "pages/some.py")


@pytest.mark.parametrize(
    "line",
    ['made.props("dense")', 'made.props["label"] = name', 'ui.run_javascript("location.reload()")'],
)
def test_what_could_not_is_not(line: str) -> None:
    assert not dangerous(line, "pages/some.py")
