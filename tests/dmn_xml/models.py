"""Random models with every kind of element, for the laws of writing and of diagrams. Most are not meaningful."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

from hypothesis import Phase
from hypothesis import strategies as st

from dmn_engine.diagnostics import Source
from dmn_engine.model.artifacts import (
    Association,
    ElementCollection,
    Group,
    OrganizationUnit,
    PerformanceIndicator,
    TextAnnotation,
)
from dmn_engine.model.boxed_expressions import (
    Binding,
    BoxedExpression,
    ConditionalExpression,
    ContextExpression,
    DecisionRule,
    ExpressionEntry,
    Extension,
    FilterExpression,
    ForExpression,
    FunctionExpression,
    FunctionKind,
    Identity,
    InputClauseSource,
    InvocationExpression,
    ListExpression,
    LiteralExpression,
    OutputClauseSource,
    QuantifiedExpression,
    RelationExpression,
    TableExpression,
    Variable,
)
from dmn_engine.model.decision_table import HitPolicy
from dmn_engine.model.definitions import (
    BusinessKnowledgeModel,
    Decision,
    DecisionService,
    Definitions,
    Element,
    FunctionItem,
    Import,
    InputData,
    ItemDefinition,
    KnowledgeSource,
    Reference,
    Required,
)
from dmn_engine.model.diagram import (
    Bounds,
    Color,
    Diagram,
    Divider,
    Edge,
    ElementRef,
    Label,
    Point,
    Shape,
    Size,
    Style,
)

Item = TypeVar("Item")
Numbered = TypeVar("Numbered", bound=Element)

UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
"""Whole models take too long to shrink."""

AWKWARD = ["]]>", "<a>&amp;</a>", "a\nb", 'say "x"', "it's", "é ü", "\U0001f600", "a\r\nb", "\tx", "  y ", "-", "&#10;"]
LEGAL = st.characters(codec="utf-8", exclude_characters="\ufffe\uffff", exclude_categories=("Cs", "Cc", "Cn"))
ANY_TEXTS = st.one_of(st.sampled_from(AWKWARD), st.text(LEGAL, max_size=8))
"""Any text that XML can hold."""

TEXTS = ANY_TEXTS.map(str.strip)
"""Texts as the reader returns them, without surrounding white space."""

NAMES = ANY_TEXTS.map(lambda text: " ".join(text.split()) or "n")
SOURCES = TEXTS.filter(bool).map(Source)
OPTIONAL = st.none() | SOURCES
TYPES = st.none() | NAMES.filter(lambda name: ":" not in name).map(Source)
VENDORS = st.sampled_from(["http://one.example/", "urn:two", "http://www.w3.org/1999/xhtml", ""])
TAGS = st.sampled_from(["p", "width", "été", "a-b.c"])
ATTRIBUTES = st.dictionaries(
    st.sampled_from(["{urn:two}mark", "{http://one.example/}x", "{http://www.w3.org/XML/1998/namespace}lang"]),
    ANY_TEXTS,
    max_size=2,
).map(lambda found: tuple(sorted(found.items())))


def _holds_only_blanks(element: Extension) -> bool:
    return not any(text.strip() for text in (element.text, *(child.tail for child in element.children)))


def _without_indentation(element: Extension) -> Extension:
    """What reading makes of white space between elements."""
    if not element.children or not _holds_only_blanks(element):
        return element
    return replace(element, text="", children=tuple(replace(child, tail="") for child in element.children))


EXTENSIONS = st.recursive(
    st.builds(Extension, VENDORS, TAGS, ATTRIBUTES, ANY_TEXTS),
    lambda inner: st.builds(
        Extension, VENDORS, TAGS, ATTRIBUTES, ANY_TEXTS, st.lists(inner, max_size=2).map(tuple), ANY_TEXTS
    ).map(_without_indentation),
    max_leaves=3,
)
TOP_EXTENSIONS = st.lists(EXTENSIONS.map(lambda item: replace(item, tail="")), max_size=1).map(tuple)


@st.composite
def identities(draw: st.DrawFn, *parts: str) -> Identity:
    """An identity without an id; ids are given at the end, so that each is its own."""
    if draw(st.booleans()):
        return Identity()
    named = tuple((part, Identity(label=draw(TEXTS.filter(bool)))) for part in parts if draw(st.booleans()))
    return Identity("", draw(TEXTS), draw(TEXTS), draw(TOP_EXTENSIONS), draw(ATTRIBUTES), named)


VARIABLES = st.builds(Variable, NAMES.map(Source), TYPES, identities())
NODE = {"origin": st.just(""), "type": TYPES, "identity": identities()}
LITERALS = st.builds(LiteralExpression, TEXTS.map(Source), st.sampled_from(["", "urn:other"]), **NODE)


def tuples(items: st.SearchStrategy[Item], most: int = 2) -> st.SearchStrategy[tuple[Item, ...]]:
    return st.lists(items, max_size=most).map(lambda found: tuple(found))


@st.composite
def tables(draw: st.DrawFn) -> TableExpression:
    width, height = draw(st.integers(0, 2)), draw(st.integers(1, 2))
    inputs = [draw(st.builds(InputClauseSource, LITERALS, OPTIONAL, identities())) for _ in range(width)]
    clauses = st.builds(OutputClauseSource, st.just(""), NAMES, TYPES, OPTIONAL, st.none() | LITERALS, identities())
    outputs = [draw(clauses) for _ in range(height)]
    rules = []
    for _ in range(draw(st.integers(0, 3))):
        tests = tuple(draw(SOURCES) for _ in inputs)
        results = tuple(draw(LITERALS) for _ in outputs)
        identity = draw(identities(*(f"inputEntry {place}" for place in range(1, width + 1))))
        rules.append(DecisionRule("", tests, results, draw(tuples(TEXTS)), identity))
    return TableExpression(
        draw(st.sampled_from(HitPolicy)),
        tuple(inputs),
        tuple(outputs),
        tuple(rules),
        draw(tuples(NAMES)),
        draw(st.sampled_from(["", "Rule-as-Row", "CrossTable"])),
        draw(NAMES),
        origin="",
        type=draw(TYPES),
        identity=draw(identities()),
    )


def _branch(inner: st.SearchStrategy[BoxedExpression]) -> st.SearchStrategy[BoxedExpression]:
    entries = st.builds(ExpressionEntry, st.none() | VARIABLES, inner, st.just(""), identities())
    bindings = st.builds(Binding, VARIABLES, st.none() | inner)
    names = NAMES.map(Source)
    return st.one_of(
        st.builds(InvocationExpression, inner, tuples(bindings), **NODE),
        st.builds(ContextExpression, tuples(entries), **NODE),
        st.builds(ListExpression, tuples(inner), **NODE),
        st.builds(
            RelationExpression, tuples(VARIABLES), tuples(st.builds(ListExpression, tuples(inner), **NODE)), **NODE
        ),
        functions(inner),
        st.builds(ConditionalExpression, inner, inner, inner, **NODE | {"identity": identities("if", "then", "else")}),
        st.builds(FilterExpression, inner, inner, **NODE | {"identity": identities("in", "match")}),
        st.builds(ForExpression, names, inner, inner, **NODE | {"identity": identities("in", "return")}),
        st.builds(QuantifiedExpression, st.sampled_from(["some", "every"]), names, inner, inner, **NODE),
    )


def functions(inner: st.SearchStrategy[BoxedExpression]) -> st.SearchStrategy[FunctionExpression]:
    return st.builds(FunctionExpression, tuples(VARIABLES), st.none() | inner, st.sampled_from(FunctionKind), **NODE)


BOXED: st.SearchStrategy[BoxedExpression] = st.recursive(LITERALS | tables(), _branch, max_leaves=4)

ITEMS = st.recursive(
    st.builds(
        ItemDefinition,
        NAMES.map(Source),
        TYPES.filter(bool),
        st.booleans(),
        OPTIONAL,
        OPTIONAL,
        identity=identities("allowedValues", "typeConstraint"),
    ),
    lambda inner: (
        st.builds(ItemDefinition, NAMES.map(Source), components=tuples(inner), identity=identities())
        | st.builds(
            ItemDefinition,
            NAMES.map(Source),
            function=st.builds(FunctionItem, tuples(VARIABLES), TYPES, identities()),
        )
    ),
    max_leaves=3,
)
IDS = [f"id{number}" for number in range(8)]
NAMESPACES = st.sampled_from(["", "", "", "http://other.example/"])


def references(*required: Required) -> st.SearchStrategy[tuple[Reference, ...]]:
    kinds = st.sampled_from(required) if required else st.none()
    identity = identities() if required else st.just(Identity())
    found = st.builds(Reference, st.just(Source("")), NAMESPACES, st.sampled_from(IDS), kinds, identity)
    return tuples(found, 3)


INFORMATION = references(Required.DECISION, Required.INPUT)
KNOWLEDGE = references(Required.KNOWLEDGE)
AUTHORITY = references(Required.DECISION, Required.INPUT, Required.AUTHORITY)
LINKS = references()
PLACE = st.just("")
INPUTS = st.builds(InputData, NAMES, VARIABLES, PLACE, identities())
DECISIONS = st.builds(
    Decision,
    NAMES,
    VARIABLES,
    st.none() | BOXED,
    INFORMATION,
    KNOWLEDGE,
    AUTHORITY,
    PLACE,
    TEXTS,
    TEXTS,
    identities(),
    *[LINKS] * 6,
)
MODELS = st.builds(
    BusinessKnowledgeModel, NAMES, VARIABLES, st.none() | functions(BOXED), KNOWLEDGE, AUTHORITY, PLACE, identities()
)
SERVICES = st.builds(DecisionService, NAMES, VARIABLES, *[LINKS] * 4, PLACE, identities())
KNOWLEDGE_SOURCES = st.builds(
    KnowledgeSource,
    NAMES,
    AUTHORITY,
    TEXTS,
    NAMES,
    PLACE,
    identities(),
    LINKS.map(lambda found: found[0] if found else None),
)
IMPORTS = st.builds(Import, NAMES, NAMES, NAMES, NAMES, PLACE, identities())
ENDS = LINKS.filter(bool).map(lambda found: found[0])
ARTIFACTS = st.one_of(
    st.builds(Group, NAMES, PLACE, identities()),
    st.builds(TextAnnotation, TEXTS, PLACE, st.sampled_from(["", "text/html"]), identities()),
    st.builds(Association, ENDS, ENDS, PLACE, st.sampled_from(["None", "One", "Both"]), identities()),
)
BUSINESS = st.builds(PerformanceIndicator, NAMES, LINKS, PLACE, NAMES, identities()) | st.builds(
    OrganizationUnit, NAMES, LINKS, LINKS, PLACE, NAMES, identities()
)

NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-1000, 1000).map(float)
MAYBE = st.none() | st.booleans()
COLORS = st.none() | st.builds(Color, *[st.integers(0, 255)] * 3)
DRAWN = st.builds(Identity, extensions=TOP_EXTENSIONS, attributes=ATTRIBUTES)
ALIGNMENTS = st.sampled_from([None, "start", "end", "center"])
STYLES = st.builds(
    Style, COLORS, COLORS, COLORS, TEXTS, st.none() | NUMBERS, MAYBE, MAYBE, MAYBE, MAYBE, ALIGNMENTS, ALIGNMENTS, DRAWN
)
NODES = {"style": st.none() | STYLES, "identity": DRAWN}
REFS = st.builds(ElementRef, NAMESPACES, st.sampled_from(IDS))
BOUNDS = st.none() | st.builds(Bounds, *[NUMBERS] * 4)
POINTS = tuples(st.builds(Point, NUMBERS, NUMBERS))
LABELS = st.none() | st.builds(Label, bounds=BOUNDS, text=TEXTS, **NODES)
SHAPES = st.builds(
    Shape,
    element=REFS,
    bounds=BOUNDS,
    label=LABELS,
    divider=st.none() | st.builds(Divider, waypoints=POINTS, **NODES),
    is_listed=MAYBE,
    is_collapsed=MAYBE,
    **NODES,
)
EDGES = st.builds(
    Edge, element=REFS, waypoints=POINTS, label=LABELS, source=st.none() | REFS, target=st.none() | REFS, **NODES
)
DIAGRAMS = st.builds(
    Diagram,
    name=TEXTS,
    documentation=TEXTS,
    resolution=st.none() | NUMBERS,
    size=st.none() | st.builds(Size, NUMBERS, NUMBERS),
    elements=tuples(SHAPES | EDGES, 3),
    has_alternative_inputs=MAYBE,
    **NODES,
)


def _number(group: tuple[Numbered, ...], ids: Iterator[str]) -> tuple[Numbered, ...]:
    return tuple(replace(item, identity=replace(item.identity, id=next(ids))) for item in group)


@st.composite
def definitions(draw: st.DrawFn, is_drawn: bool | None = None) -> Definitions:
    """A model; its graph's elements have ids that are the targets of its references."""
    ids = iter(draw(st.permutations([*IDS, "", ""])))
    with_drawing = draw(st.booleans()) if is_drawn is None else is_drawn
    return Definitions(
        "m.dmn",
        draw(NAMES),
        draw(NAMES),
        "1.5",
        draw(tuples(IMPORTS)),
        draw(tuples(ITEMS)),
        _number(draw(tuples(INPUTS)), ids),
        _number(draw(tuples(DECISIONS)), ids),
        _number(draw(tuples(MODELS)), ids),
        _number(draw(tuples(SERVICES)), ids),
        _number(draw(tuples(KNOWLEDGE_SOURCES)), ids),
        identity=draw(identities()),
        artifacts=draw(tuples(ARTIFACTS)),
        collections=draw(tuples(st.builds(ElementCollection, NAMES, LINKS, PLACE, identities()), 1)),
        business=draw(tuples(BUSINESS)),
        diagrams=draw(tuples(DIAGRAMS)) if with_drawing else (),
        styles=draw(tuples(STYLES, 1)) if with_drawing else (),
        expression_language=draw(st.sampled_from(["", "urn:other"])),
        type_language=draw(st.sampled_from(["", "urn:other"])),
        exporter=draw(TEXTS),
        exporter_version=draw(TEXTS),
        comments=draw(tuples(TEXTS.filter(lambda text: not {"-", "\r"} & {*text}))),
    )
