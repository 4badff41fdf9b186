"""Small changes to a module, one at a time: the mutants that the tests must notice.

The operators and their order are fixed, so that a mutant's number names the same change as long as the module stays.
"""

from __future__ import annotations

import ast
import copy
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

Replacement = ast.AST | None
"""The node in place of another; None where the statement is left out."""

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitOr,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
_DECLARATIONS = ("annotation", "returns", "type_params", "decorator_list")
TWINS = {"min": "max", "max": "min", "any": "all", "all": "any", "sorted": "list", "reversed": "list"}


@dataclass(frozen=True, slots=True)
class Edit:
    """A change with a name: the text `old`, which a module has once, becomes `new`; one of the tests must notice it."""

    name: str
    module: str
    old: str
    new: str
    tests: tuple[str, ...]

    def apply(self, source: str) -> ast.Module:
        """The changed tree of the module's source. Raises: ValueError if the text is not there once."""
        if source.count(self.old) != 1:
            raise ValueError(f"{self.module} does not have once the text of `{self.name}`")
        return ast.parse(source.replace(self.old, self.new))


def read_edits() -> list[Edit]:
    """The edits of named.toml."""
    rows = tomllib.loads((Path(__file__).parent / "named.toml").read_text())["edit"]
    return [Edit(**{**row, "tests": tuple(row["tests"])}) for row in rows]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A change to the node that `_walk` reaches as number `place`: `change` says it in words."""

    module: str
    number: int
    line: int
    change: str
    place: int
    replace: Callable[[ast.AST], Replacement]

    @property
    def id(self) -> str:
        return f"{self.module}:{self.number}"

    def apply(self, source: str) -> ast.Module:
        """The changed tree of the module's source."""
        tree = ast.parse(source)
        _replace(tree, self.place, self.replace)
        return ast.fix_missing_locations(tree)


def list_mutants(module: str, source: str) -> list[Mutant]:
    """All mutants of a module's source, in the order of its text."""
    found: list[Mutant] = []
    for place, node in enumerate(_walk(ast.parse(source))):
        for change, replace in _list_changes(node):
            found.append(Mutant(module, len(found), getattr(node, "lineno", 0), change, place, replace))
    return found


def _walk(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node that runs: annotations, decorators, docstrings, imports and messages are left out."""
    for field, value in ast.iter_fields(tree):
        if field in _DECLARATIONS or isinstance(tree, ast.Import | ast.ImportFrom | ast.JoinedStr):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_type_checking(child):
                yield child
                yield from _walk(child)


def _is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _replace(tree: ast.Module, place: int, make: Callable[[ast.AST], Replacement]) -> None:
    """Put the replacement in the place of the node with this number."""
    target = next(node for number, node in enumerate(_walk(tree)) if number == place)
    new = make(target)
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            if value is target:
                setattr(parent, field, new)
                return
            if isinstance(value, list) and any(child is target for child in value):
                index = next(index for index, child in enumerate(value) if child is target)
                value[index] = ast.Pass() if new is None else new
                return


def _list_changes(node: ast.AST) -> Iterator[tuple[str, Callable[[ast.AST], Replacement]]]:
    match node:
        case ast.Compare(ops=ops):
            for index, operator in enumerate(ops):
                if type(operator) in COMPARISONS:
                    other = COMPARISONS[type(operator)]
                    yield f"{type(operator).__name__} -> {other.__name__}", _set_item("ops", index, other())
        case ast.BoolOp(op=operator, values=values):
            twin = ast.Or() if isinstance(operator, ast.And) else ast.And()
            yield f"{type(operator).__name__} -> {type(twin).__name__}", _set("op", twin)
            for index in range(len(values)):
                yield f"operand {index + 1} of {type(operator).__name__} left out", _drop_operand(index)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield "not left out", lambda _, inner=operand: copy.deepcopy(inner)
        case ast.BinOp(op=operator) if type(operator) in ARITHMETIC:
            other_operator = ARITHMETIC[type(operator)]
            yield f"{type(operator).__name__} -> {other_operator.__name__}", _set("op", other_operator())
        case ast.If() | ast.While():
            yield "condition -> False", _set("test", ast.Constant(False))
            if isinstance(node, ast.If):
                yield "condition -> True", _set("test", ast.Constant(True))
        case ast.IfExp():
            yield "condition -> False", _set("test", ast.Constant(False))
            yield "condition -> True", _set("test", ast.Constant(True))
        case ast.Constant(value=bool(value)):
            yield f"{value} -> {not value}", lambda _, value=value: ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield f"{value} -> {value + 1}", lambda _, value=value: ast.Constant(value + 1)
        case ast.Call(func=ast.Name(id=name)) if name in TWINS:
            yield f"{name} -> {TWINS[name]}", _rename(TWINS[name])
        case ast.Expr(value=ast.Call()):
            yield "call left out", lambda _: None
        case ast.Continue():
            yield "continue left out", lambda _: None
        case ast.AugAssign():
            yield "assignment left out", lambda _: None
        case ast.Return(value=value) if value is not None and not (
            isinstance(value, ast.Constant) and value.value is None
        ):
            yield "return None", _set("value", ast.Constant(None))


def _set(field: str, value: ast.AST) -> Callable[[ast.AST], Replacement]:
    def make(node: ast.AST) -> Replacement:
        setattr(node, field, value)
        return node

    return make


def _set_item(field: str, index: int, value: ast.AST) -> Callable[[ast.AST], Replacement]:
    def make(node: ast.AST) -> Replacement:
        getattr(node, field)[index] = value
        return node

    return make


def _rename(name: str) -> Callable[[ast.AST], Replacement]:
    def make(node: ast.AST) -> Replacement:
        assert isinstance(node, ast.Call)
        kept = [keyword for keyword in node.keywords if keyword.arg != "key"] if name == "list" else node.keywords
        return ast.Call(ast.Name(name, ast.Load()), node.args, kept)

    return make


def _drop_operand(index: int) -> Callable[[ast.AST], Replacement]:
    def make(node: ast.AST) -> Replacement:
        assert isinstance(node, ast.BoolOp)
        rest = [value for number, value in enumerate(node.values) if number != index]
        return rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)

    return make
