"""Holds the engine to the oracle: what one model, written in one form, gives for records and in checks.

The engine is used by its public interface only.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Context, Decimal
from pathlib import Path
from random import Random
from typing import Any, Literal

import dmn_engine

from .evaluation import Cause, Evaluation, Outcome
from .forms import FORMS, plain, write
from .model import Computed, Field, Formula, Model, Record, Row, Safety, Table, Value
from .proofs import Answer, Space, conflicts, formulas, is_gap

Mode = Literal["clinical", "dmn"]
ENDS = (dmn_engine.EngineError, LookupError, TypeError, ValueError, AttributeError, AssertionError, RecursionError)
"""What may end an evaluation instead of an answer: always a difference."""
LONG = re.compile(r"-?[0-9]+\.[0-9]{12,}")
"""A number that a double does not hold, which JSON has as a text."""
RECORDS = 6
"""Complete records of a model that the engine evaluates, and as many with fields left out."""


@dataclass(frozen=True, eq=False)
class Difference:
    """One disagreement: the law that is broken, where, and what each side says."""

    law: str
    place: str
    oracle: object
    engine: object

    def __str__(self) -> str:
        return f"{self.law}: {self.place}\n  oracle: {self.oracle}\n  engine: {self.engine}"


def compare(model: Model, form: str, folder: Path, mode: Mode = "clinical") -> Iterator[Difference]:
    """All differences between the engine and the oracle for a model in one form and mode."""
    if form == "dmn" and mode == "clinical" and allows_null(model):
        return  # a .dmn file has no place for `or null` of a column without listed values, or of a field
    path = write(model, folder, form)
    engine = dmn_engine.load(path, schemas=folder)
    errors = [item for item in engine.diagnostics if item.severity.value == "error"]
    if errors:
        yield Difference("loads", form, "no errors", [f"{item.code}: {item.message}" for item in errors])
        return
    space = Space(as_model(model) if form == "dmn" else model, mode)
    random = Random(len(space.evaluations))
    complete = sorted(random.sample(range(len(space.evaluations)), min(RECORDS, len(space.evaluations))))
    evaluations = list(space.evaluations.values())
    for place in complete:
        yield from compare_record(engine, space, evaluations[place].fields, mode, form)
    for place in complete:
        record = evaluations[place].fields
        known = {name: value for name, value in record.items() if random.random() < 0.5}
        yield from compare_record(engine, space, known, mode, form)
    if mode == ("dmn" if form == "dmn" else "clinical"):
        yield from compare_findings(engine, space, form)


def allows_null(model: Model) -> bool:
    """Whether a field or an output column lists null among its values."""
    return any(part.null for part in (*model.fields, *(column for table in model.tables for column in table.outputs)))


def as_model(model: Model) -> Model:
    """What a .dmn file says of a model: it has no place for impossible combinations and for lists of distinct items."""
    fields = tuple(replace(field, repeats=field.kind == "list") for field in model.fields)
    return replace(model, impossible=(), fields=fields)


def compare_why_not(model: Model, form: str, folder: Path) -> Iterator[Difference]:
    """Whether a rule fires, whether any record makes it fire, and the smallest change that does."""
    path = write(model, folder, form)
    engine = dmn_engine.load(path, schemas=folder)
    if any(item.severity.value == "error" for item in engine.diagnostics):
        return
    space = Space(model)
    random = Random(len(space.evaluations))
    whole = random.choice(list(space.evaluations.values())).fields
    for record in (whole, {name: value for name, value in whole.items() if random.random() < 0.5}):
        given = {name: plain(value) for name, value in record.items()}
        for table in map(model.table, model.tops):
            rule = random.choice(table.rules).id
            try:
                items = engine.explain_why_not(given, rule, table.name)
            except ENDS as error:
                yield Difference("why not: crash", f"{form} {given} {table.name} {rule}", "an answer", repr(error))
                continue
            for item in items:
                if (item.rule.table, item.rule.rule) == (table.name, rule):
                    yield from compare_change(space, table, rule, record, item, f"{form} {given} {table.name} {rule}")


def compare_change(
    space: Space, table: Table, rule: str, record: Record, item: Any, place: str
) -> Iterator[Difference]:
    def fires(evaluation: Evaluation) -> bool:
        return (table.name, rule) in evaluation.outcome(table.name).rules

    possible = [evaluation for _, evaluation in space.completions(record)]
    every = all(map(fires, possible))
    said = (item.fires, item.reachable, dict(item.changes), dict(item.assumptions))
    shielded = any(evaluation.shielded for evaluation in possible)
    if item.fires != every and not shielded and not computes_in(space.model, table):
        yield Difference("why not: fires", place, every, said)
    every_firing = [evaluation for evaluation in space.evaluations.values() if fires(evaluation)]
    firing = [evaluation.fields for evaluation in every_firing if not evaluation.shielded]
    if item.reachable is False and firing:
        yield Difference("why not: reachable", place, firing[0], said)
    if item.reachable is not True or item.fires:
        return
    changed = {**record, **{name: native(value) for name, value in {**item.changes, **item.assumptions}.items()}}
    shown = [evaluation for _, evaluation in space.completions(changed)]
    if not shown or not all(map(fires, shown)):
        yield Difference("why not: change", place, firing[:1], said)
    least = min((sum(each[name] != value for name, value in record.items()) for each in firing), default=0)
    if firing and len(item.changes) > least and not computes_in(space.model, table):
        yield Difference("why not: smallest change", place, least, said)


def native(value: Any) -> Value:
    """A value of the engine as the oracle has it."""
    if hasattr(value, "to_python"):  # a date
        return value.to_python()
    return tuple(value) if isinstance(value, list) else value


def compare_forms(model: Model, folder: Path) -> Iterator[Difference]:
    """What the forms of one model say differently: answers in both modes, and findings.

    A .dmn file has no place for safety conditions, impossible combinations and allowed values of lists; the texts of
    its errors and findings are its own.
    """
    model = replace(model, safety=(), impossible=())
    space = Space(model)
    random = Random(len(space.evaluations))
    records = [each.fields for each in random.sample(list(space.evaluations.values()), min(3, len(space.evaluations)))]
    records += [{name: value for name, value in each.items() if random.random() < 0.5} for each in records]
    answers: dict[str, dict[str, object]] = {}
    for form in FORMS:
        path = write(model, folder / form, form)
        engine = dmn_engine.load(path, schemas=path.parent)
        if any(item.severity.value == "error" for item in engine.diagnostics):
            yield Difference("loads", form, "no errors", [item.message for item in engine.diagnostics])
            return
        modes: tuple[Mode, ...] = ("dmn",) if form == "dmn" and allows_null(model) else ("clinical", "dmn")
        said = answers[form] = {}
        for mode, record, top in itertools.product(modes, records, model.tops):
            given = {name: plain(value) for name, value in record.items()}
            try:
                decisions: Any = engine.evaluate(given, decision=top, mode=mode).to_dict()["decisions"]
            except ENDS as error:
                decisions = {"crash": repr(error)}
            for name, got in decisions.items():
                if form == "dmn" and name != "crash" and claims_less(as_model(model), record, got):
                    continue
                said[f"{mode} {given} {name}"] = got if name == "crash" else placeless(got, form)
        if form != "dmn":
            said["findings"] = {
                (item.severity.value, item.code, without_places(item.message), without_places(item.help))
                for item in engine.check()
                if item.code != "no-about"
            }
    for form, question in itertools.product(FORMS[1:], answers["xlsx"]):
        first, second = answers["xlsx"][question], answers[form].get(question)
        if form == "dmn" and isinstance(first, dict):
            first = {**first, "errors": bool(first["errors"]) and first["value"] is None}
        if form == "dmn" and (partial(first) or partial(second)):
            continue  # whole numbers are known as such in the data dictionary of a workbook alone
        if question in answers[form] and first != second:
            yield Difference("forms", f"xlsx {form} {question}", first, second)


def placeless(got: Mapping[str, Any], form: str) -> dict[str, object]:
    """A result without the places of its cells, which are those of its form."""
    errors = [*dict.fromkeys(without_places(error["message"]) for error in got["errors"])]
    kept: dict[str, object] = {key: got[key] for key in ("status", "value", "needs", "possible")}
    return kept | {"rules": rules_of(got), "errors": errors if form != "dmn" else bool(errors) and got["value"] is None}


def without_places(text: str) -> str:
    return re.sub(r"\(\S*drawn[^()]*\)", "", text)


def compare_record(
    engine: dmn_engine.Model, space: Space, record: Record, mode: Mode, form: str
) -> Iterator[Difference]:
    given = {name: plain(value) for name, value in record.items() if value is not None or mode == "clinical"}
    for top in space.model.tops:
        try:
            answered: Any = engine.evaluate(given, decision=top, mode=mode).to_dict()["decisions"]
        except ENDS as error:
            yield Difference("crash", f"{form} {mode} {given} {top}", "an answer", repr(error))
            continue
        for name, got in answered.items():
            place = f"{form} {mode} {given} {name}"
            if mode == "dmn":
                whole = {**dict.fromkeys(space.names), **record}
                yield from compare_outcome(Evaluation(space.model, whole, mode).outcome(name), got, place)
            else:
                yield from compare_answer(space, record, name, got, place, form)


def compare_outcome(wanted: Outcome, got: Mapping[str, Any], place: str) -> Iterator[Difference]:
    status = "error" if wanted.failed else "determined"
    if wanted.errors and has_null(wanted.value) and wanted.value is not None:
        return  # a list or row with a null that has a cause: the cause is kept, whatever the status
    if got["status"] != status:
        yield Difference("status", place, (status, wanted.value, wanted.errors), summary(got))
    elif exact(got["value"]) != exact(plain_rows(wanted.value)):
        yield Difference("value", place, (wanted.value, wanted.rules), summary(got))
    elif status == "error" and not got["errors"]:
        yield Difference("errors", place, wanted.errors, summary(got))
    elif status == "determined" and set(wanted.rules) != set(rules_of(got)):
        yield Difference("rules", place, wanted.rules, summary(got))


def has_null(value: Value) -> bool:
    return value is None or (isinstance(value, tuple) and any(map(has_null, value)))


def compare_answer(
    space: Space, record: Record, name: str, got: Mapping[str, Any], place: str, form: str
) -> Iterator[Difference]:
    wanted = space.answer(record, name)
    if got["status"] == "undetermined" != wanted.status and claims_less(space.model, record, got):
        return
    if got["status"] != "determined" and wanted.shielded:
        return
    if got["status"] != wanted.status:
        yield Difference("status", place, wanted, summary(got))
        return
    if exact(got["value"]) != exact(plain_rows(wanted.value)):
        yield Difference("value", place, wanted, summary(got))
    named = set(rules_of(got))
    if len(named) != len(rules_of(got)):
        yield Difference("rules named twice", place, wanted.possible_rules, summary(got))
    if wanted.status == "error" and len(record) == len(space.names) and form == "json":
        places = {place_of(space.model, cause) for cause in wanted.errors}
        kept = {error["origin"].partition("json")[2].rpartition(" ")[2].lstrip("!") for error in got["errors"]}
        if places != kept:
            yield Difference("errors", place, (places, wanted.errors), summary(got))
    computes = any(name not in record and computes_with(space.model, name) for name in space.names)
    allowed = named if computes else wanted.possible_rules  # a rule that computes may have given the value
    if wanted.status == "determined" and not wanted.shielded and not wanted.certain_rules <= named <= allowed:
        yield Difference("rules", place, (set(wanted.certain_rules), set(wanted.possible_rules)), summary(got))
    if wanted.status != "undetermined":
        return
    needs = frozenset(got["needs"])
    if not claims_less(space.model, record, got):
        if not wanted.deciding <= needs:
            yield Difference("needs", place, set(wanted.deciding), summary(got))
        if not space.sufficient(record, name, frozenset(record) | needs):
            yield Difference("needs settle it", place, set(wanted.deciding), summary(got))
        for field in needs - wanted.deciding:
            if field in record or space.sufficient(record, name, frozenset(record) | needs - {field}):
                yield Difference("needs no more", place, set(wanted.deciding), summary(got))
        yield from compare_possible(wanted, got, place)


def place_of(model: Model, cause: Cause) -> str:
    """Where a JSON document has the cause of an error: the cell, or the decision as a whole."""
    name, kind, *rest = cause
    table = model.table(name)
    number = model.tables.index(table)
    width = len(table.inputs)
    if kind == "test":
        row = [rule.id for rule in table.rules].index(rest[0])
        return f"/tables/{number}/rules/{row}/cells/{rest[1]}"
    outputs = [column.label for column in table.outputs]
    if kind == "output":
        row = [rule.id for rule in table.rules].index(rest[0])
        return f"/tables/{number}/rules/{row}/cells/{width + outputs.index(rest[1])}"
    if kind == "default":
        return f"/tables/{number}/columns/{width + outputs.index(rest[0])}/default"
    if kind in ("input", "values"):
        return f"/tables/{number}/columns/{rest[0]}/label"
    return name.rpartition(" ")[2]


def compare_possible(wanted: Answer, got: Mapping[str, Any], place: str) -> Iterator[Difference]:
    """Each outcome that is left (of a list: each item) is named, and no other."""
    outcomes = {exact(plain_rows(value)) for value in wanted.possible}
    if got["is_list"]:
        lists = [outcome for outcome in outcomes if isinstance(outcome, tuple) and outcome[0] == "list"]
        outcomes = (outcomes - set(lists)) | {item for outcome in lists for item in outcome[1:]}
    named = {exact(value) for value in got["possible"] if not partial(value)}
    if named != outcomes:
        yield Difference("possible", place, wanted.possible, summary(got))


def partial(value: object) -> bool:
    """Whether a part of a value is a status instead."""
    if isinstance(value, dict):
        return ("possible" not in value and "status" in value) or any(map(partial, value.values()))
    return isinstance(value, list) and any(map(partial, value))


def claims_less(model: Model, record: Record, got: Mapping[str, Any]) -> bool:
    """Whether a missing field that enters a computation lets the engine say less than is so."""
    return any(need not in record and computes_with(model, need) for need in got["needs"])


def computes_with(model: Model, name: str) -> bool:
    """Whether a formula other than the bare name reads a number, or counts a list that may have an item twice."""
    if model.field(name).repeats:
        return any(f"count({name})" in formula.text for formula in formulas(model))
    if model.field(name).kind not in ("number", "integer"):
        return False
    columns = [
        (table, place, column)
        for table in model.tables
        for place, column in enumerate(table.inputs)
        if name in column.subject.reads
    ]
    if any(isinstance(rule.tests[place], Computed) for table, place, _ in columns for rule in table.rules):
        return True
    subjects = [column.subject for table in model.tables for column in table.inputs if column.subject.text != name]
    return any(name in formula.reads for formula in (*subjects, *written(model)))


def computes_in(model: Model, table: Table) -> bool:
    """Whether a number enters a computation that the table, or a decision that it reads, depends on."""
    reads = {table.name}
    for other in reversed(model.tables):
        if other.name in reads:
            reads |= other.reads
    tables = tuple(other for other in model.tables if other.name in reads)
    return any(computes_with(replace(model, tables=tables), field.name) for field in model.fields)


def written(model: Model) -> Iterator[Formula]:
    """The formulas in cells."""
    for table in model.tables:
        cells = [cell for rule in table.rules for cell in rule.outputs] + [column.default for column in table.outputs]
        yield from (cell for cell in cells if isinstance(cell, Formula))
        yield from (test.formula for rule in table.rules for test in rule.tests if isinstance(test, Computed))


def rules_of(got: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The rules of a result; the ids of a .dmn file name the table too."""
    return [(rule["table"], rule["rule"].rpartition(".")[2]) for rule in got["rules"]]


def summary(got: Mapping[str, Any]) -> dict[str, object]:
    """What a person compares of a result."""
    kept: dict[str, object] = {key: got[key] for key in ("status", "value", "needs", "possible")}
    return kept | {"rules": rules_of(got), "errors": [(error["message"], error["origin"]) for error in got["errors"]]}


def plain_rows(value: Value) -> object:
    """A value of the oracle as JSON: a row is an object."""
    if isinstance(value, Row):
        return {label: plain_rows(part) for label, part in value}
    if isinstance(value, tuple):
        return [plain_rows(item) for item in value]
    return str(value) if isinstance(value, date) else value


def exact(value: object) -> Any:
    """A value to compare and hash: numbers of every kind are equal, and true is not 1."""
    if isinstance(value, bool) or value is None:
        return ("is", value)
    if isinstance(value, int | float | Decimal) or (isinstance(value, str) and LONG.fullmatch(value)):
        return Context(prec=34).create_decimal(str(value)).normalize(Context(prec=34))
    if isinstance(value, dict):
        return ("row", *sorted((key, exact(part)) for key, part in value.items()))
    if isinstance(value, list):
        return ("list", *map(exact, value))
    return value


# --- findings --------------------------------------------------------------------------------------------------------


def compare_findings(engine: dmn_engine.Model, space: Space, form: str) -> Iterator[Difference]:
    model = space.model
    findings = [item for item in engine.check() if item.code not in ("no-about",)]
    for table in model.tables:
        mine = [item for item in findings if item.message.startswith(f"{table.name}: ")]
        place = f"{form} {table.name}"
        yield from compare_gaps(space, table, place, findings)
        dead, certainly = space.dead_rules(table)
        named = {
            item.message.rpartition(" gets rule ")[2].rpartition(".")[2]
            for item in mine
            if item.code == "rule-never-fires"
        }
        if any(item.code == "table-never-answers" for item in mine):
            named |= {rule.id for rule in table.rules}
        if not named <= dead or (certainly - named and not computes_in(space.model, table)):
            yield Difference("dead rules", place, (certainly, dead), [(item.code, item.message) for item in mine])
        yield from compare_overlaps(space, table, place, findings)
    for safety in model.safety if form != "dmn" else ():
        yield from compare_safety(space, safety, f"{form} {safety.id} {safety.condition}", findings)


def compare_safety(
    space: Space, safety: Safety, place: str, findings: list[dmn_engine.Diagnostic]
) -> Iterator[Difference]:
    """A condition that does not hold is reported, and no other; one that computes may be called not proved."""
    least, most = space.depends(safety.independent) if safety.independent else 2 * (bool(space.refutations(safety)),)
    ids = re.compile(r"(S\d)?(, S\d)*")  # matches any text, if only its empty beginning
    mine = [item for item in findings if (named := ids.match(item.message)) and safety.id in named[0].split(", ")]
    codes = {item.code for item in mine}
    computes = any(computes_with(space.model, field.name) for field in space.model.fields)
    is_open = "safety-not-proved" in codes and not computes
    if (least and not codes) or ("safety-violated" in codes and not most) or is_open:
        yield Difference("safety", place, (least, most), [(item.code, item.message, item.help) for item in mine])


def compare_gaps(space: Space, table: Table, place: str, findings: list[dmn_engine.Diagnostic]) -> Iterator[Difference]:
    """A gap is reported, or that it is not proved that there is none; each example patient shows one.

    Of a table in which no rule can match, that is the one finding.
    """
    missing = [
        item for item in findings if item.code.startswith("missing-rule") and item.message.startswith(f"{table.name}: ")
    ]
    for item in missing:
        record = witness(space.model, item.help)
        shown = record is None or all(is_gap(evaluation, table) for _, evaluation in space.completions(record))
        if not shown:
            yield Difference("witness", place, "no gap", (item.message, item.help))
    gaps = space.gaps(table)
    if computes_in(space.model, table):  # what is not decided where an input is null, is not said
        gaps = [each for each in gaps if None not in each.fields.values()]
    silent = any(item.code == "table-never-answers" and item.message.startswith(f"{table.name}: ") for item in findings)
    if gaps and not (missing or silent) and not any(item.code == "not-decided" for item in findings):
        yield Difference("gap", place, gaps[0].fields, [(item.code, item.message) for item in findings])


def compare_overlaps(
    space: Space, table: Table, place: str, findings: list[dmn_engine.Diagnostic]
) -> Iterator[Difference]:
    """Each pair of rules that breaks the hit policy is reported, and no other; each example patient shows it."""
    ids = {rule.id for rule in table.rules}
    least, most = space.overlaps(table, True), space.overlaps(table, False)
    reported: set[frozenset[str]] = set()
    for item in findings:
        found = re.match(r"rules (\S+) and (\S+) both match", item.message)
        pair = frozenset(name.rpartition(".")[2] for name in found.groups()) if found else frozenset()
        if not pair or not pair <= ids:
            continue
        reported.add(pair)
        record = witness(space.model, item.help)
        if record is None or not all(
            pair in conflicts(evaluation, table) for _, evaluation in space.completions(record)
        ):
            yield Difference("witness", place, pair, (item.message, item.help))
    unproved = any(item.code == "overlap-not-decided" for item in findings if item.message.startswith(table.name))
    computes = any(computes_with(space.model, field.name) for field in space.model.fields)  # so may be what reaches it
    if (not computes and reported - most) or (least - reported and not unproved):
        yield Difference("overlaps", place, (least, most), [(item.code, item.message) for item in findings])


def witness(model: Model, text: str) -> Record | None:
    """The example patient of a finding, as a record."""
    _, marked, patient = text.partition("example patient: ")
    if not marked:
        return None
    if patient == "any patient":
        return {}
    record = {}
    for part in patient.split("; "):
        name, _, value = part.partition(" = ")
        record[name] = parsed(model.field(name), value)
    return record


def parsed(field: Field, text: str) -> Value:
    """The value of a field in words."""
    if text == "null":
        return None
    if field.kind == "boolean":
        return {"yes": True, "no": False}[text]
    if field.kind in ("number", "integer"):
        return Decimal(text)
    if field.kind == "date":
        return date.fromisoformat(text.strip('@"'))
    if field.kind == "list":
        items = [] if text == "none" else text.split(", ")
        return tuple(item for item in field.values if item in items)
    return text
