"""Inference of the structure of an undeclared input from the paths that the tables read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from dmn_engine.convert.interchange.domains import infer_type
from dmn_engine.convert.interchange.drafts import TableDraft, list_tests, list_trees
from dmn_engine.feel.syntax import Name, Node, Path, children
from dmn_engine.feel.types import ANY, ContextType, Type

Members = tuple[str, ...]


@dataclass(slots=True)
class _Tree:
    """The members that are read, by name, and the type of the node if it is read itself."""

    type: Type = ANY
    members: dict[str, _Tree] = field(default_factory=dict)

    def at(self, path: Members) -> _Tree:
        return self if not path else self.members.setdefault(path[0], _Tree()).at(path[1:])

    def build(self) -> Type:
        if not self.members:
            return self.type
        return ContextType(tuple((name, tree.build()) for name, tree in self.members.items()))


def infer_structure(name: str, drafts: Sequence[TableDraft]) -> Type:
    """The context type of all members that are read; `Any` if the input is read as a whole or no column has a type."""
    reads = [path for draft in drafts for tree in list_trees(draft) for path in _find_paths(tree, name)]
    told = dict(_list_told(name, drafts))
    if not told or () in reads:
        return ANY
    root = _Tree()
    for path in reads:
        root.at(path).type = told.get(path, ANY)
    return root.build()


def _list_told(name: str, drafts: Sequence[TableDraft]) -> Iterator[tuple[Members, Type]]:
    """The paths in input columns, with the types of the columns."""
    for draft in drafts:
        for index, item in enumerate(draft.inputs):
            path = None if item.text.tree is None else _read_path(item.text.tree, name)
            if path:
                said = item.type.type
                yield path, said if said != ANY else infer_type(list_tests(draft, index))


def _find_paths(node: Node, name: str) -> Iterator[Members]:
    path = _read_path(node, name)
    if path is not None:
        yield path
        return
    for child in children(node):
        yield from _find_paths(child, name)


def _read_path(node: Node, name: str) -> Members | None:
    """The member names of a path that begins at the input; None if the node is not such a path."""
    match node:
        case Name(name=read) if read == name:
            return ()
        case Path(operand=operand, member=member):
            above = _read_path(operand, name)
            return None if above is None else (*above, member)
    return None
