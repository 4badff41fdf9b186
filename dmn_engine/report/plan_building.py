"""Build the document of a care plan from a result.

Each decision that was asked for gives sections: an item that takes its content from another decision (a `Use` cell, or
a cell that is the name of a decision) is a section with the lines of that decision; any other item is a line. A
decision that routes to others shows the lines of those that it chose, with its own rule as the last of the reasons.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from dmn_engine.feel.syntax import Name
from dmn_engine.model.data_dictionary import Field, Value
from dmn_engine.model.decision_table import Rule, Tables
from dmn_engine.model.result import DecisionResult, FiredRule, Result, Status
from dmn_engine.report.plan import Book, Line, Plan, Question, Section
from dmn_engine.report.wording import (
    list_sources,
    rule_file,
    show_answer,
    show_choices,
    show_field,
    show_quantity,
    show_value,
)

_TAG = "preference"
_REASON_LABELS = frozenset({"basis", "source"})


def build_plan(
    result: Result,
    tables: Tables,
    *,
    record: Mapping[str, Value] | None = None,
    origin: str = "",
    labels: Mapping[str, str] | None = None,
) -> Plan:
    """The document of a result.

    `record` are all fields of the patient; without it, those that the decisions met. `labels` are texts of the record
    that no decision reads, by column (`#Name`).
    """
    reader = _Reader(result, tables)
    sections = tuple(reader.read_sections())
    supporting = tuple(
        reader.read_section(name) for name in result.decisions if name not in reader.shown and name != result.decision
    )
    return Plan(
        title=result.decision,
        origin=origin,
        result=result,
        given=tuple(_list_given(result, tables, record)),
        sections=sections,
        questions=tuple(_ask(name, sections, tables) for name in result.needs),
        supporting=supporting,
        sources=tuple(_cite(_fired_rules(result), tables)),
        books=tuple(_list_books(result, tables)),
        labels=name_labels(labels or {}),
    )


def name_labels(labels: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The labels of a record for a reader: those that are not empty, without the mark of their columns."""
    return tuple((name.lstrip("# "), text) for name, text in labels.items() if text)


@dataclass(frozen=True, slots=True)
class _Item:
    value: Value
    certain: bool
    needs: tuple[str, ...]
    rules: tuple[FiredRule, ...]
    rule_needs: tuple[str, ...] = ()


class _Reader:
    """Follows a result from the decision asked for, and records which decisions have been shown."""

    def __init__(self, result: Result, tables: Tables) -> None:
        self.result = result
        self.tables = tables
        self.shown: set[str] = set()

    def read_sections(self) -> Iterator[Section]:
        """The sections of the decision asked for; where that is several, of each in turn."""
        asked = self.result[self.result.decision]
        for name in asked.parts or (asked.name,):
            self.shown.add(name)
            yield from self._read_top(self.result[name])

    def _read_top(self, top: DecisionResult) -> Iterator[Section]:
        sections: dict[tuple[str, str, str], list[_Item]] = {}
        own: list[Line] = []
        for item in _list_items(top, self.result):
            uses = self._list_uses(item, top)
            if not uses or self._is_route(item, top):
                own += self._read_item(item, top, (top.name,))
                continue
            for label, name in uses:
                title = _find_title(label, name, item, len(uses) > 1)
                sections.setdefault((title, label, name), []).append(item)
        for (title, label, name), items in sections.items():
            yield self._read_used(title, label, name, items, top)
        if own or not sections or top.errors:
            yield self._make_section(top, top.name, own)

    def read_section(self, name: str) -> Section:
        """The section of a decision by itself."""
        decision = self.result[name]
        self.shown.add(name)
        lines = [
            line for item in _list_items(decision, self.result) for line in self._read_item(item, decision, (name,))
        ]
        return self._make_section(decision, name, lines)

    def _read_used(self, title: str, label: str, name: str, items: list[_Item], top: DecisionResult) -> Section:
        """The section that items of the top decision fill from another decision; each item is one possible content."""
        rules = tuple({(rule.table, rule.rule): rule for item in items for rule in item.rules}.values())
        is_sure = any(rule.rule == fired.rule for rule in rules for fired in top.rules)
        lead = _Item(None, is_sure, (), rules, _unite(item.rule_needs for item in items))
        if name in self.result.decisions:
            section = self.read_section(name)
        else:
            section = self._read_contents(label, name, items)
        if not is_sure:
            lines = tuple(self._lower(line, lead) for line in section.lines)
            section = replace(section, lines=lines, status=Status.UNDETERMINED)
        return replace(section, title=title, rules=rules)

    def _read_contents(self, label: str, name: str, items: list[_Item]) -> Section:
        """The section of a decision that was not reached: all that the possible contents hold, none of it certain."""
        lines = []
        for item in items:
            content = item.value.get(label) if isinstance(item.value, Mapping) else item.value
            for value in _split(content):
                lines.append(self._make_line(value, _Item(value, False, item.needs, ())))
        needs = self._titles(dict.fromkeys(need for item in items for need in item.needs))
        return Section(name, Status.UNDETERMINED, _drop_repeats(lines), self._question(name), needs)

    def _make_section(self, decision: DecisionResult, title: str, lines: Iterable[Line]) -> Section:
        return Section(
            title,
            decision.status,
            _drop_repeats(lines),
            self._question(decision.name),
            self._titles(decision.needs),
            decision.errors,
        )

    def _question(self, name: str) -> str:
        table = self.tables.tables.get(name)
        return table.question if table else ""

    def _read_item(self, item: _Item, decision: DecisionResult, path: tuple[str, ...]) -> Iterator[Line]:
        routes = [name for _, name in self._list_uses(item, decision) if name in self.result.decisions]
        if routes and self._is_route(item, decision):
            for name in routes:
                if name not in path:
                    self.shown.add(name)
                    target = self.result[name]
                    for inner in _list_items(target, self.result):
                        for line in self._read_item(inner, target, (*path, name)):
                            led = replace(line, rules=(*line.rules, *item.rules))
                            yield led if item.certain else self._lower(led, item)
            return
        self.shown.update(rule.table for rule in item.rules)
        for value in _split(item.value):
            yield self._make_line(value, item)

    def _make_line(self, value: Value, item: _Item) -> Line:
        needs = self._titles(item.needs)
        if not isinstance(value, Mapping):
            return Line(show_answer(value), "", (), item.certain, needs, item.rules)
        tag = next((show_value(part) for label, part in value.items() if label.casefold() == _TAG and part), "")
        has_reason = any(rule.basis or rule.sources for rule in item.rules[:1])
        texts = {label for label, part in value.items() if isinstance(part, str)}
        rest = [
            (label, show_answer(part))
            for label, part in value.items()
            if label.casefold() != _TAG
            and not (has_reason and label.casefold() in _REASON_LABELS)
            and part not in (None, "", [])
        ]
        heading = show_answer(value) if not rest else rest[0][1] if rest[0][0] in texts else ": ".join(rest[0])
        return Line(heading, tag, tuple(rest[1:]), item.certain, needs, item.rules)

    def _lower(self, line: Line, item: _Item) -> Line:
        """The line as no more certain than the item that led to it."""
        return replace(line, certain=False, needs=_unite((self._titles(item.rule_needs or item.needs), line.needs)))

    def _is_route(self, item: _Item, decision: DecisionResult) -> bool:
        """Whether the item is nothing but the outcome of another decision."""
        table = self.tables.tables.get(decision.name)
        return bool(table and table.is_single and self._list_uses(item, decision))

    def _list_uses(self, item: _Item, decision: DecisionResult) -> list[tuple[str, str]]:
        """(output label, decision) of each cell of the item's rules that takes the outcome of another decision."""
        table = self.tables.tables.get(decision.name)
        found: dict[tuple[str, str], None] = {}
        for fired in item.rules:
            rule = self._find_rule(fired) if fired.table == decision.name else None
            if table is None or rule is None:
                continue
            for column, cell in zip(table.outputs, rule.outputs, strict=True):
                name = cell.decision or (cell.expression.name if isinstance(cell.expression, Name) else "")
                if name in self.tables.tables and name != decision.name:
                    found[column.label, name] = None
        return list(found)

    def _find_rule(self, fired: FiredRule) -> Rule | None:
        table = self.tables.tables.get(fired.table)
        return next((rule for rule in table.rules if rule.id == fired.rule), None) if table else None

    def _titles(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(show_field(name, self.tables.dictionary) for name in names)


def _find_title(label: str, name: str, item: _Item, is_one_of_several: bool) -> str:
    """What the item calls the section: its first text beside the content; else the column, or the decision itself."""
    if is_one_of_several:
        return label
    texts = [part for key, part in item.value.items() if key != label] if isinstance(item.value, Mapping) else []
    return next((text for text in texts if isinstance(text, str) and text), name)


def _unite(parts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """What is in any of the parts, each once, in order."""
    return tuple(dict.fromkeys(name for part in parts for name in part))


def _drop_repeats(lines: Iterable[Line]) -> tuple[Line, ...]:
    """The lines without repeats of the same answer by the same rules; a certain line makes a possible one idle."""
    kept: dict[object, Line] = {}
    for line in lines:
        key = (line.text, line.tag, line.details, tuple((rule.table, rule.rule) for rule in line.rules))
        if key not in kept or (line.certain and not kept[key].certain):
            kept[key] = line
    return tuple(kept.values())


def _list_items(decision: DecisionResult, result: Result) -> Iterator[_Item]:
    """What the decision gives, one by one: certain or possible."""
    if decision.status is Status.DETERMINED and not decision.is_list:
        yield _Item(decision.value, True, (), _own_rules(decision, result))
    elif decision.candidates:
        for candidate in decision.candidates:
            rules = (candidate.rule,) if candidate.rule else ()
            yield _Item(candidate.value, candidate.certain, candidate.needs, rules, candidate.rule_needs)
    elif decision.status is Status.DETERMINED and isinstance(decision.value, list):
        own = _own_rules(decision, result)
        if len(decision.value) == len(own):
            for value, rule in zip(decision.value, own, strict=True):
                yield _Item(value, True, (), (rule,))
        elif decision.value or own:
            yield _Item(decision.value, True, (), own)


def _own_rules(decision: DecisionResult, result: Result) -> tuple[FiredRule, ...]:
    """The rules of the decision itself; those of decisions that it uses are shown in their sections."""
    elsewhere = result.decisions.keys() - {decision.name}
    return tuple(rule for rule in decision.rules if rule.table not in elsewhere)


def _split(value: Value) -> list[Value]:
    """The items of a list, each for a line of its own; an empty list is an answer too."""
    return value if isinstance(value, list) and value else [value]


def _list_given(result: Result, tables: Tables, record: Mapping[str, Value] | None) -> Iterator[tuple[str, str]]:
    dictionary = tables.dictionary
    met = dict(record) if record is not None else _collect_inputs(result, tables)
    order = {name: place for place, name in enumerate(dictionary.fields)}
    values: dict[str, tuple[Field | None, Value, bool]] = {}
    for is_default, source in ((False, met), (True, result.defaults)):
        for label, value in source.items():
            found = dictionary.find(label)
            values[found.name if found else label] = (found, value, is_default)
    for name in sorted(values, key=lambda name: order.get(name, len(order))):
        found, value, is_default = values[name]
        assumed = " (assumed)" if is_default else ""
        yield found.title if found else name, f"{show_quantity(value, found)}{assumed}"


def _collect_inputs(result: Result, tables: Tables) -> dict[str, Value]:
    """The fields of the record that the decisions met, by their labels; outcomes of decisions are left out."""
    return {
        label: value
        for decision in result.decisions.values()
        for label, value in decision.inputs.items()
        if tables.dictionary.find(label) is not None and value is not None
    }


def _ask(name: str, sections: Iterable[Section], tables: Tables) -> Question:
    found = tables.dictionary.find(name)
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
        book = tables.workbooks.get(rule_file(rule)) if rule.cells else None
        is_model = rule_file(rule).lower().endswith(".dmn")
        unlisted = f"not listed in the {'model' if is_model else 'sheet References'}"
        citations = {key.strip("[] "): text for key, text in book.references.items()} if book else {}
        for source in list_sources(rule):
            cited[source, citations.get(source, unlisted)] = None
    yield from sorted(cited, key=lambda pair: (not pair[0].isdigit(), pair[0].zfill(6), pair[1]))


def _list_books(result: Result, tables: Tables) -> Iterator[Book]:
    for file, sha256 in result.tables.items():
        book = tables.workbooks.get(file)
        version = book.about.get("Version", "") if book else ""
        yield Book(file, version, result.review.get(file, "") or "draft", sha256)
