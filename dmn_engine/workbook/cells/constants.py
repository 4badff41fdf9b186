"""Find constants in FEEL that are likely mistakes: texts that a field never has, and arithmetic on numbers alone.

A comparison with such a text is false for every patient, and its negation true: a misspelt text would quietly switch a
rule off, or a safety condition. The author of `1/2/2024` hardly meant a division.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from dmn_engine.diagnostics import Diagnostics, Source, nearest_name
from dmn_engine.feel import syntax
from dmn_engine.model.cell_text import join_words, offer_listed, quote

INPUT = "?"
_CONTAINS = "list contains"


@dataclass(frozen=True, slots=True)
class KnownTexts:
    """The texts that are possible: by the name of a field or decision (`?` for the value tested), and by the label of
    an output column. Names and labels of which any text is possible are not there. `titles` are for messages.
    """

    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)

    def with_input(self, texts: tuple[str, ...], label: str) -> KnownTexts:
        """The same where a value with these texts is tested, of the column of that label."""
        return replace(self, names={**self.names, INPUT: texts}, titles={**self.titles, INPUT: label})


@dataclass(frozen=True, slots=True)
class _Place:
    """What is in scope at a node: `local` names hide the known ones, `members` are those of the item of a filter."""

    local: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()


def report_unknown_texts(node: syntax.Node, known: KnownTexts, source: Source, found: Diagnostics) -> None:
    """Report each text that is compared with a field or output which never has that value."""
    for operand, literal, place in _walk_comparisons(node, _Place()):
        texts = _find_texts(operand, known, place)
        if texts is None or literal.value in texts:
            continue
        listed = join_words(quote(text) for text in texts)
        near = nearest_name(literal.value, texts)
        found.error(
            "value-not-listed",
            f"`{literal.value}` is not a value of {_show(operand, known)}",
            source,
            literal.span,
            help=offer_listed(near and quote(near), f"listed are: {listed}"),
        )


def find_number_arithmetic(node: syntax.Node) -> Iterator[syntax.Arithmetic]:
    """The computations in the node that have no operands but numbers."""
    if isinstance(node, syntax.Arithmetic):
        numeric = syntax.Arithmetic | syntax.Negation | syntax.NumberLiteral
        if all(isinstance(part, numeric) for part in syntax.walk(node)):
            yield node
        return
    for child in syntax.children(node):
        yield from find_number_arithmetic(child)


def _show(operand: syntax.Node, known: KnownTexts) -> str:
    match operand:
        case syntax.Name(name=name):
            return known.titles.get(name, name)
        case syntax.Path(member=name):
            return name
    return known.titles.get(INPUT, INPUT)


def _find_texts(operand: syntax.Node, known: KnownTexts, place: _Place) -> tuple[str, ...] | None:
    match operand:
        case syntax.InputValue():
            return known.names.get(INPUT)
        case syntax.Path(member=member):
            return known.members.get(member)
        case syntax.Name(name=name) if name in place.local:
            return None
        case syntax.Name(name=name) if name in place.members:
            return known.members.get(name)
        case syntax.Name(name=name):
            return known.names.get(name)
    return None


def _walk_comparisons(node: syntax.Node, place: _Place) -> Iterator[tuple[syntax.Node, syntax.StringLiteral, _Place]]:
    """Every text with what it is compared to, and what is in scope there."""
    match node:
        case syntax.Comparison(operator="=" | "!=", left=left, right=right):
            yield from ((left, text, place) for text in _list_texts(right))
            yield from ((right, text, place) for text in _list_texts(left))
        case syntax.Membership(operand=operand, tests=tests):
            yield from ((operand, text, place) for test in tests for text in _list_texts(test))
        case syntax.Call(builtin=name, arguments=(container, item)) if name == _CONTAINS:
            yield from ((container, text, place) for text in _list_texts(item))
            yield from ((item, text, place) for text in _list_texts(container))
        case syntax.UnaryTests(tests=tests):
            yield from ((syntax.InputValue(node.span), text, place) for test in tests for text in _list_texts(test))
    for child in syntax.children(node):
        yield from _walk_comparisons(child, _enter(node, child, place))


def _list_texts(node: syntax.Node) -> Iterator[syntax.StringLiteral]:
    """The text that the node is, or those of the list that it is."""
    if isinstance(node, syntax.StringLiteral):
        yield node
    elif isinstance(node, syntax.ListLiteral):
        yield from (item for item in node.items if isinstance(item, syntax.StringLiteral))


def _enter(node: syntax.Node, child: syntax.Node, place: _Place) -> _Place:
    match node:
        case syntax.For(iterators=iterators) | syntax.Quantified(iterators=iterators):
            return replace(place, local=place.local | {iterator.name for iterator in iterators})
        case syntax.FunctionDefinition(parameters=parameters):
            return replace(place, local=place.local | {parameter.name for parameter in parameters})
        case syntax.ContextLiteral(entries=entries):
            return replace(place, local=place.local | {entry.key for entry in entries})
        case syntax.Filter(condition=condition, members=members) if child is condition:
            return _Place(place.local - set(members or ()) | {"item"}, place.members | set(members or ()))
    return place
