"""Reads every fault code out of the source, without importing it.

A code is the first thing a ``Fault`` is made from, either directly or through a function or class
of ours that takes a parameter named ``code``. It is a literal there, so that it can be found.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

DOTTED = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
MESSAGES = ("message", "reason", "text", "detail")


@dataclass(frozen=True)
class Use:
    """One place where a code is used. ``party`` and ``message`` are empty where not told there."""

    code: str
    party: str
    message: str
    place: str


@dataclass(frozen=True)
class Maker:
    """Something that takes a code: where its code and message stand, and whom it blames."""

    parameters: tuple[str, ...]
    party: str

    def argument(self, call: ast.Call, *names: str) -> ast.expr | None:
        for keyword in call.keywords:
            if keyword.arg in names:
                return keyword.value
        for position, value in enumerate(call.args):
            if position < len(self.parameters) and self.parameters[position] in names:
                return value
        return None


def makers(trees: Mapping[str, ast.Module]) -> dict[str, Maker]:
    """Return everything that takes a ``code``, by the name it is called under."""
    found: dict[str, Maker] = {}
    for tree in trees.values():
        for node in ast.walk(tree):
            names: tuple[str, ...] = ()
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                names = parameters_of(node)
            elif isinstance(node, ast.ClassDef):
                names = fields_of(node)
            else:
                continue
            if "code" in names:
                found[node.name] = Maker(names, party_in(node))
    return found


def parameters_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[str, ...]:
    spelled = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
    keywords = [a.arg for a in function.args.kwonlyargs]
    return tuple(name for name in spelled + keywords if name not in {"self", "cls"})


def fields_of(node: ast.ClassDef) -> tuple[str, ...]:
    for item in node.body:
        if isinstance(item, ast.FunctionDef) and item.name == "__init__":
            return parameters_of(item)
    return tuple(
        item.target.id
        for item in node.body
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
    )


def party_in(node: ast.AST) -> str:
    """Return the one party that a piece of code names as ``By.PARTY``, or nothing."""
    named = {
        part.attr.lower()
        for part in ast.walk(node)
        if isinstance(part, ast.Attribute)
        and isinstance(part.value, ast.Name)
        and part.value.id == "By"
    }
    return named.pop() if len(named) == 1 else ""


def uses(trees: Mapping[str, ast.Module]) -> Iterator[Use]:
    """Yield each use of a code. ``trees`` maps file names to syntax trees."""
    known = makers(trees)
    for place, tree in trees.items():
        constants = constants_of(tree)
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            maker = known.get(callee(call))
            if maker is None:
                continue
            message = maker.argument(call, *MESSAGES)
            party = party_in(blamed) if (blamed := maker.argument(call, "by")) else maker.party
            for code in literals(maker.argument(call, "code"), constants):
                if callee(call) == "Fault" or DOTTED.fullmatch(code):
                    yield Use(code, party, words(message), f"{place}:{call.lineno}")


def callee(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def constants_of(tree: ast.Module) -> dict[str, str]:
    return {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }


def literals(value: ast.expr | None, constants: Mapping[str, str]) -> Iterator[str]:
    """Yield the codes an argument can be; nothing for one that is merely handed on.

    A code that is put together while running comes out with ``{}`` in it, and so is not dotted.
    """
    match value:
        case ast.Constant(value=str() as text):
            yield text
        case ast.IfExp(body=body, orelse=orelse):
            yield from literals(body, constants)
            yield from literals(orelse, constants)
        case ast.Name(id=name) if name in constants:
            yield constants[name]
        case ast.JoinedStr():
            yield words(value)
        case _:
            pass


def words(value: ast.expr | None) -> str:
    """Return the text of a literal; what is filled in while running shows as ``{}``."""
    match value:
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(
                words(part) if isinstance(part, ast.Constant) else "{}" for part in parts
            )
        case _:
            return ""
