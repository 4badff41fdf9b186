"""A result as a document: what a care plan says, line by line with its reasons. Knows no layout and no format.

The top decision gives the sections: an item of it that takes its content from another decision (a `Use` cell, or a
cell that is just a decision's name) is a section with the lines of that decision; anything else is a line itself. A
decision that routes to others shows the lines of those that it chose, with its own rule as the last of the reasons.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from dmn_engine.decisions.model import Rule, Tables
from dmn_engine.decisions.result import DecisionResult, Failure, FiredRule, Result, Status
from dmn_engine.decisions.vocabulary import Field, Value
from dmn_engine.feel.syntax import Name
from dmn_engine.report.wording import is_approved, list_sources, show_choices, show_field, show_quantity, show_value

_TAG = "preference"
_REASON_LABELS = frozenset({"basis", "source"})


@dataclass(frozen=True, slots=True)
class Line:
    """One answer: its words, the preference (or empty), the rest of it by label, and the rules that gave it.

    `needs` are the titles of the fields that decide whether a line that is not certain holds. The first of `rules`
    is the one in which the answer is written, the others led to it.
    """

    text: str
    tag: str = ""
    details: tuple[tuple[str, str], ...] = ()
    certain: bool = True
    needs: tuple[str, ...] = ()
    rules: tuple[FiredRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """The lines of one decision, with the question that it answers; `rules` put the section into the plan."""

    title: str
    decision: str
    status: Status
    lines: tuple[Line, ...]
    question: str = ""
    needs: tuple[str, ...] = ()
    errors: tuple[Failure, ...] = ()
    rules: tuple[FiredRule, ...] = ()

    @property
    def ordered_lines(self) -> tuple[Line, ...]:
        """What is certain first, else in the order of the table."""
        return tuple(sorted(self.lines, key=lambda line: not line.certain))

    @property
    def certain_count(self) -> int:
        return sum(line.certain for line in self.lines)

    @property
    def common_rules(self) -> tuple[FiredRule, ...]:
        """The rules that led to every line alike, so that they need saying only once."""
        paths = [line.rules[1:] for line in self.lines]
        return tuple(rule for rule in paths[0] if all(rule in path for path in paths)) if paths else ()


@dataclass(frozen=True, slots=True)
class Question:
    """A missing field: its title, what it means, what may be answered, and the sections that wait for it."""

    title: str
    description: str
    choices: str
    decides: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """A field of the record as it was used; `is_default` where the schema filled it in."""

    title: str
    value: str
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook that was used: its version and review status as it states them, and its whole SHA-256."""

    file: str
    version: str
    review: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole result in the order in which it is read. `sources` are the cited references, id and citation."""

    title: str
    origin: str
    result: Result
    given: tuple[Given, ...]
    sections: tuple[Section, ...]
    questions: tuple[Question, ...]
    supporting: tuple[Section, ...]
    sources: tuple[tuple[str, str], ...]
    books: tuple[Book, ...]

    @property
    def unapproved(self) -> tuple[Book, ...]:
        """The workbooks whose tables nobody has released."""
        return tuple(book for book in self.books if not is_approved(book.review))


def build_plan(result: Result, tables: Tables, *, record: Mapping[str, Value] | None = None, origin: str = "") -> Plan:
    """The document of a result. `record` are all fields of the patient; without it, those that the decisions met."""
    reader = _Reader(result, tables)
    sections = tuple(reader.read_sections())
    supporting = tuple(
        reader.read_section(name, name)
        for name in result.decisions
        if name not in reader.shown and name != result.decision
    )
    return Plan(
        title=result.decision,
        origin=origin,
        result=result,
        given=tuple(_list_given(result, tables, record)),
        sections=sections,
        questions=tuple(_ask(name, sections + supporting, result, tables) for name in result.needs),
        supporting=supporting,
        sources=tuple(_cite(_fired_rules(result), tables)),
        books=tuple(_list_books(result, tables)),
    )


@dataclass(frozen=True, slots=True)
class _Item:
    value: Value
    certain: bool
    needs: tuple[str, ...]
    rules: tuple[FiredRule, ...]


class _Reader:
    """Follows a result from its top decision down and remembers which decisions have been shown."""

    def __init__(self, result: Result, tables: Tables) -> None:
        self.result = result
        self.tables = tables
        self.shown: set[str] = set()

    def read_sections(self) -> Iterator[Section]:
        top = self.result[self.result.decision]
        own: list[Line] = []
        for item in _list_items(top):
            uses = self._list_uses(item, top)
            if uses and not self._is_route(item, top):
                yield from self._read_used(item, uses)
            else:
                own += self._read_item(item, top, (top.name,))
        if own or not self.shown or top.errors:
            yield self._make_section(top, top.name, own)

    def read_section(self, name: str, title: str, led_by: _Item | None = None) -> Section:
        decision = self.result[name]
        self.shown.add(name)
        lines = [line for item in _list_items(decision) for line in self._read_item(item, decision, (name,))]
        if led_by is not None and not led_by.certain:
            lines = [self._lower(line, led_by) for line in lines]
        section = self._make_section(decision, title, lines)
        return replace(section, rules=led_by.rules) if led_by is not None else section

    def _read_used(self, item: _Item, uses: list[tuple[str, str]]) -> Iterator[Section]:
        used = {label for label, _ in uses}
        texts = (
            [value for label, value in item.value.items() if label not in used and isinstance(value, str)]
            if isinstance(item.value, Mapping)
            else []
        )
        for label, name in uses:
            title = texts[0] if texts and len(uses) == 1 else (label if len(uses) > 1 else name)
            yield self.read_section(name, title, item)

    def _make_section(self, decision: DecisionResult, title: str, lines: Iterable[Line]) -> Section:
        table = self.tables.tables.get(decision.name)
        return Section(
            title,
            decision.name,
            decision.status,
            tuple(dict.fromkeys(lines)),
            table.question if table else "",
            self._titles(decision.needs),
            decision.errors,
        )

    def _read_item(self, item: _Item, decision: DecisionResult, path: tuple[str, ...]) -> Iterator[Line]:
        if self._is_route(item, decision):
            for _, name in self._list_uses(item, decision):
                if name not in path:
                    self.shown.add(name)
                    target = self.result[name]
                    for inner in _list_items(target):
                        for line in self._read_item(inner, target, (*path, name)):
                            led = replace(line, rules=(*line.rules, *item.rules))
                            yield led if item.certain else self._lower(led, item)
            return
        values = item.value if isinstance(item.value, list) else [item.value]
        for value in values:
            yield self._make_line(value, item)

    def _make_line(self, value: Value, item: _Item) -> Line:
        needs = self._titles(item.needs)
        if not isinstance(value, Mapping):
            return Line(show_value(value), "", (), item.certain, needs, item.rules)
        tag = next((show_value(part) for label, part in value.items() if label.casefold() == _TAG and part), "")
        has_reason = any(rule.basis or rule.sources for rule in item.rules[:1])
        rest = [
            (label, show_value(part))
            for label, part in value.items()
            if label.casefold() != _TAG
            and not (has_reason and label.casefold() in _REASON_LABELS)
            and part not in (None, "", [])
        ]
        heading = rest[0][1] if rest else show_value(value)
        return Line(heading, tag, tuple(rest[1:]), item.certain, needs, item.rules)

    def _lower(self, line: Line, item: _Item) -> Line:
        """The line as no more certain than the item that led to it."""
        return replace(line, certain=False, needs=tuple(dict.fromkeys((*self._titles(item.needs), *line.needs))))

    def _is_route(self, item: _Item, decision: DecisionResult) -> bool:
        """Whether the item is nothing but the outcome of another decision."""
        table = self.tables.tables.get(decision.name)
        return bool(table and table.is_single and self._list_uses(item, decision))

    def _list_uses(self, item: _Item, decision: DecisionResult) -> list[tuple[str, str]]:
        """(output label, decision) of each cell of the item's rules that takes the outcome of a decision we have."""
        table = self.tables.tables.get(decision.name)
        found: dict[tuple[str, str], None] = {}
        for fired in item.rules:
            rule = self._find_rule(fired) if fired.table == decision.name else None
            if table is None or rule is None:
                continue
            for column, cell in zip(table.outputs, rule.outputs, strict=True):
                name = cell.decision or (cell.expression.name if isinstance(cell.expression, Name) else "")
                if name in self.result.decisions and name != decision.name:
                    found[column.label, name] = None
        return list(found)

    def _find_rule(self, fired: FiredRule) -> Rule | None:
        table = self.tables.tables.get(fired.table)
        return next((rule for rule in table.rules if rule.id == fired.rule), None) if table else None

    def _titles(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(show_field(name, self.tables.vocabulary) for name in names)


def _list_items(decision: DecisionResult) -> Iterator[_Item]:
    """What the decision gives, one by one: certain or possible."""
    if decision.status is Status.DETERMINED and not decision.is_list:
        yield _Item(decision.value, True, (), decision.rules)
    elif decision.candidates:
        for candidate in decision.candidates:
            rules = (candidate.rule,) if candidate.rule else ()
            yield _Item(candidate.value, candidate.certain, candidate.needs, rules)
    elif decision.status is Status.DETERMINED and isinstance(decision.value, list):
        paired = len(decision.value) == len(decision.rules)
        for index, value in enumerate(decision.value):
            yield _Item(value, True, (), (decision.rules[index],) if paired else decision.rules)


def _list_given(result: Result, tables: Tables, record: Mapping[str, Value] | None) -> Iterator[Given]:
    vocabulary = tables.vocabulary
    met = dict(record) if record is not None else _collect_inputs(result, tables)
    order = {name: place for place, name in enumerate(vocabulary.fields)}
    values: dict[str, tuple[Field | None, Value, bool]] = {}
    for is_default, source in ((False, met), (True, result.defaults)):
        for label, value in source.items():
            found = vocabulary.find(label)
            values[found.name if found else label] = (found, value, is_default)
    for name in sorted(values, key=lambda name: order.get(name, len(order))):
        found, value, is_default = values[name]
        yield Given(found.title if found else name, show_quantity(value, found), is_default)


def _collect_inputs(result: Result, tables: Tables) -> dict[str, Value]:
    """The fields of the record that the decisions met, by their labels; outcomes of decisions are left out."""
    return {
        label: value
        for decision in result.decisions.values()
        for label, value in decision.inputs.items()
        if tables.vocabulary.find(label) is not None and value is not None
    }


def _ask(name: str, sections: Iterable[Section], result: Result, tables: Tables) -> Question:
    found = tables.vocabulary.find(name)
    title = found.title if found else name
    decides = dict.fromkeys(
        section.title
        for section in sections
        if title in section.needs or any(title in line.needs for line in section.lines)
    )
    return Question(title, found.description if found else "", show_choices(found) if found else "", tuple(decides))


def _fired_rules(result: Result) -> Iterator[FiredRule]:
    for decision in result.decisions.values():
        yield from decision.rules
        yield from (item.rule for item in decision.candidates if item.rule)


def _cite(rules: Iterable[FiredRule], tables: Tables) -> Iterator[tuple[str, str]]:
    """Every reference that a rule cites, once, in the order of the ids, with its citation in the rule's workbook."""
    cited: dict[tuple[str, str], None] = {}
    for rule in rules:
        book = tables.workbooks.get(rule.cells[0].split("!")[0]) if rule.cells else None
        citations = {key.strip("[] "): text for key, text in book.references.items()} if book else {}
        for source in list_sources(rule):
            cited[source, citations.get(source, "not listed in the sheet References")] = None
    yield from sorted(cited, key=lambda pair: (not pair[0].isdigit(), pair[0].zfill(6), pair[1]))


def _list_books(result: Result, tables: Tables) -> Iterator[Book]:
    for file, sha256 in result.tables.items():
        book = tables.workbooks.get(file)
        version = book.about.get("Version", "") if book else ""
        yield Book(file, version, result.review.get(file, "") or "draft", sha256)
