"""Writes the oracle's models as files: .xlsx, .md and .json by the project's pages on them, .dmn by the standard."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from openpyxl import Workbook

from .model import (
    Field,
    Model,
    Safety,
    Table,
    Then,
    Value,
    allowed_text,
    cell_of,
    output_text,
)

FORMS = ("xlsx", "md", "json", "dmn")
DMN = "https://www.omg.org/spec/DMN/20230324/MODEL/"
Cell = str | int | float | bool | None


def write(model: Model, folder: Path, form: str) -> Path:
    """Write the model and its data dictionary into a folder; gives the file of the model."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "patient.schema.json").write_text(json.dumps(schema_of(model)), encoding="utf-8")
    path = folder / f"drawn.{form}"
    if form == "xlsx":
        write_workbook(model, path)
    else:
        text = {"md": page_of, "json": document_of, "dmn": definitions_of}[form](model)
        path.write_text(text, encoding="utf-8")
    return path


# --- the data dictionary ---------------------------------------------------------------------------------------------


def schema_of(model: Model) -> dict[str, object]:
    schema: dict[str, object] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "patient.schema.json",
        "title": "Record",
        "type": "object",
        "additionalProperties": False,
        "properties": {field.name: property_of(field) for field in model.fields},
    }
    if model.impossible:
        schema["allOf"] = [
            {
                "$comment": "impossible",
                "if": {"required": [each.field], "properties": {each.field: {"enum": plain(each.values)}}},
                "then": {"properties": {each.other: {"enum": [*map(plain, each.allowed), *null]}}},
            }
            for each in model.impossible
            for null in [[None] if model.field(each.other).null else []]
        ]
    return schema


def property_of(field: Field) -> dict[str, object]:
    kind = {"list": "array"}.get(field.kind, field.kind)
    result: dict[str, object] = {"title": field.name, "description": "A field.", "type": kind}
    if field.kind == "date":
        result |= {"type": "string", "format": "date"}
    if field.null:
        result["type"] = [result["type"], "null"]
    if field.kind == "list":
        result |= {"items": {"type": "string", "enum": plain(field.values)}, "uniqueItems": True}
    elif field.values:
        result["enum"] = plain((*field.values, None) if field.null else field.values)
    if field.span is not None:
        assert field.span.low is not None and field.span.high is not None
        result["minimum" if field.span.low_closed else "exclusiveMinimum"] = number(field.span.low)
        result["maximum" if field.span.high_closed else "exclusiveMaximum"] = number(field.span.high)
    return result


def plain(value: Value) -> object:
    """A value as JSON has it; numbers are short decimals, which a double holds."""
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, date):
        return str(value)
    return number(value) if isinstance(value, Decimal) else value


def number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


# --- workbooks -------------------------------------------------------------------------------------------------------


def stored(cell: str) -> Cell:
    """The text of a cell as a person's typing stores it: numbers become numbers."""
    text = cell.removeprefix("-")
    return number(Decimal(cell)) if text.replace(".", "", 1).isdigit() and text[-1].isdigit() else cell or None


def columns_of(table: Table) -> list[tuple[str, str, str, str]]:
    """Role, label, row Values and row Default of each column."""
    result = []
    for column in table.inputs:
        allowed = "" if column.allowed is None else allowed_text(column.allowed, column.kind, False)
        result.append(("When", column.subject.text, allowed, ""))
    for output in table.outputs:
        allowed = "" if output.use else allowed_text(output.allowed, output.kind, output.null)
        default = "" if output.default is None else output_text(output.default, output.kind)
        result.append(("Use" if output.use else "Then", output.label, allowed, default))
    return result


def rules_of(table: Table) -> Iterator[list[str]]:
    for rule in table.rules:
        tests = [cell_of(entry, column.kind) for entry, column in zip(rule.tests, table.inputs, strict=True)]
        outputs = [output_text(cell, column.kind) for cell, column in zip(rule.outputs, table.outputs, strict=True)]
        yield [rule.id, *tests, *outputs]


def rows_of(table: Table) -> Iterator[list[str]]:
    """The rows of a table on its sheet."""
    columns = columns_of(table)
    yield ["Decision", table.name]
    yield [table.policy, *(role for role, _, _, _ in columns)]
    yield ["Rule", *(label for _, label, _, _ in columns)]
    if any(values for _, _, values, _ in columns):
        yield ["Values", *(values for _, _, values, _ in columns)]
    if any(default for _, _, _, default in columns):
        yield ["Default", *(default for _, _, _, default in columns)]
    yield from rules_of(table)


def condition_of(safety: Safety) -> str:
    if safety.independent:
        return ":independent " + safety.independent
    assert safety.condition is not None
    return safety.condition.text


def write_workbook(model: Model, path: Path) -> None:
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]  # a new workbook has a sheet
    for table in model.tables:
        sheet = book.create_sheet(table.name)
        for row in rows_of(table):
            sheet.append([stored(cell) for cell in row])
    if model.safety:
        sheet = book.create_sheet("Safety")
        sheet.append(["Id", "Statement", "Condition", "Rationale"])
        for safety in model.safety:
            sheet.append([safety.id, "It holds.", condition_of(safety), None])
    book.save(path)


def page_of(model: Model) -> str:
    lines = ["<!-- dmn workbook -->", ""]
    for table in model.tables:
        columns = columns_of(table)
        lines += [f"## Decision: {table.name}", "", f"- Sheet: {table.name}", f"- Hit policy: {table.policy}", ""]
        lines.append(row_of(["Rule", *(f"{role}<br>{label}" for role, label, _, _ in columns)]))
        lines.append(row_of(["---"] * (len(columns) + 1)))
        if any(values for _, _, values, _ in columns):
            lines.append(row_of(["*Values*", *(marked(values) for _, _, values, _ in columns)]))
        if any(default for _, _, _, default in columns):
            lines.append(row_of(["*Default*", *(marked(default) for _, _, _, default in columns)]))
        lines += [row_of([marked(cell) for cell in row]) for row in rules_of(table)]
        lines.append("")
    if model.safety:
        lines += ["## Safety", "", row_of(["Id", "Statement", "Condition", "Rationale"]), row_of(["---"] * 4)]
        lines += [row_of([each.id, "It holds.", marked(condition_of(each)), ""]) for each in model.safety]
    return "\n".join(lines) + "\n"


def row_of(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def marked(text: str) -> str:
    """A text with the characters escaped that Markdown would take for its own."""
    return "".join(f"\\{char}" if char in "*\\|_<`" else char for char in text)


def document_of(model: Model) -> str:
    tables = []
    for table in model.tables:
        columns = []
        for role, label, values, default in columns_of(table):
            column: dict[str, Cell] = {"role": role, "label": label}
            if values:
                column["values"] = stored(values)
            if default:
                column["default"] = stored(default)
            columns.append(column)
        rules = [{"id": row[0], "cells": [stored(cell) for cell in row[1:]]} for row in rules_of(table)]
        tables.append(
            {
                "decision": table.name,
                "sheet": table.name,
                "hitPolicy": table.policy,
                "columns": columns,
                "rules": rules,
            }
        )
    document: dict[str, object] = {"tables": tables}
    if model.safety:
        document["safety"] = [
            {"id": each.id, "statement": "It holds.", "condition": condition_of(each)} for each in model.safety
        ]
    return json.dumps(document, indent=1)


# --- DMN XML ---------------------------------------------------------------------------------------------------------

POLICIES = {
    "U": 'hitPolicy="UNIQUE"',
    "A": 'hitPolicy="ANY"',
    "P": 'hitPolicy="PRIORITY"',
    "F": 'hitPolicy="FIRST"',
    "R": 'hitPolicy="RULE ORDER"',
    "O": 'hitPolicy="OUTPUT ORDER"',
    "C": 'hitPolicy="COLLECT"',
    "C+": 'hitPolicy="COLLECT" aggregation="SUM"',
    "C<": 'hitPolicy="COLLECT" aggregation="MIN"',
    "C>": 'hitPolicy="COLLECT" aggregation="MAX"',
    "C#": 'hitPolicy="COLLECT" aggregation="COUNT"',
}


def definitions_of(model: Model) -> str:
    parts = [f'<definitions xmlns="{DMN}" id="drawn" name="Drawn" namespace="urn:drawn">']
    strings = "<itemDefinition name='tStrings' isCollection='true'><typeRef>string</typeRef></itemDefinition>"
    parts.append(strings)
    for field in model.fields:
        parts.append(item_of(field))
    for table in model.tables:
        parts.append(type_of(table))
    for place, field in enumerate(model.fields):
        variable = f'<variable id="v{place}" name={quoteattr(field.name)} typeRef={quoteattr("t" + field.name)}/>'
        parts.append(f'<inputData id="i{place}" name={quoteattr(field.name)}>{variable}</inputData>')
    for place in range(len(model.tables)):
        parts.append(decision_of(model, place))
    return "\n".join([*parts, "</definitions>", ""])


def item_of(field: Field) -> str:
    base = {"integer": "number", "list": "string"}.get(field.kind, field.kind)
    if field.values:
        allowed = allowed_text(field.values, field.kind, False, feel=True)
    elif field.kind == "integer" and field.span is not None:
        allowed = f"? in {field.span.text} and ? = floor(?)"
    else:
        allowed = "" if field.span is None else field.span.text
    values = f"<allowedValues><text>{escape(allowed)}</text></allowedValues>" if allowed else ""
    name = quoteattr("t" + field.name)
    if field.kind == "list":
        item = quoteattr("t" + field.name + " item")
        inner = f"<itemDefinition name={item}><typeRef>string</typeRef>{values}</itemDefinition>"
        outer = f"<itemDefinition name={name} isCollection='true'><typeRef>{item[1:-1]}</typeRef></itemDefinition>"
        return inner + outer
    return f"<itemDefinition name={name}><typeRef>{base}</typeRef>{values}</itemDefinition>"


def basic(kind: str) -> str:
    return {"integer": "number", "list": "tStrings"}.get(kind, kind)


def type_of(table: Table) -> str:
    """The item definition of a decision of several outputs or of a list."""
    name = quoteattr("t" + table.name)
    if len(table.outputs) > 1:
        inner = "".join(
            f"<itemComponent name={quoteattr(column.label)}><typeRef>{basic(column.kind)}</typeRef></itemComponent>"
            for column in table.outputs
        )
    else:
        kind = "number" if table.policy == "C#" else table.outputs[0].kind
        inner = f"<typeRef>{basic(kind)}</typeRef>"
    collection = ' isCollection="true"' if table.is_list else ""
    return f"<itemDefinition name={name}{collection}>{inner}</itemDefinition>"


def decision_of(model: Model, place: int) -> str:
    table = model.tables[place]
    typed = all(column.kind for column in table.outputs) and not any(column.use for column in table.outputs)
    name, kind = quoteattr(table.name), f" typeRef={quoteattr('t' + table.name)}" if typed else ""
    parts = [f'<decision id="d{place}" name={name}><variable id="w{place}" name={name}{kind}/>']
    reads = table.reads
    for number_, field in enumerate(model.fields):
        if field.name in reads:
            parts.append(f'<informationRequirement><requiredInput href="#i{number_}"/></informationRequirement>')
    for number_, other in enumerate(model.tables):
        if other.name in reads:
            parts.append(f'<informationRequirement><requiredDecision href="#d{number_}"/></informationRequirement>')
    parts.append(f"<decisionTable {POLICIES[table.policy]}>")
    for column in table.inputs:
        parts.append(f"<input><inputExpression>{text_of(column.subject.text)}</inputExpression>")
        if column.allowed is not None:
            allowed = allowed_text(column.allowed, column.kind, False, feel=True)
            parts.append(f"<inputValues>{text_of(allowed)}</inputValues>")
        parts.append("</input>")
    parts += [output_of(table, column) for column in table.outputs]
    for rule in table.rules:
        tests = "".join(
            f"<inputEntry>{text_of(cell_of(entry, column.kind, feel=True))}</inputEntry>"
            for entry, column in zip(rule.tests, table.inputs, strict=True)
        )
        outputs = "".join(
            f"<outputEntry>{text_of(output_text(cell, column.kind, feel=True))}</outputEntry>"
            for cell, column in zip(rule.outputs, table.outputs, strict=True)
        )
        parts.append(f"<rule id={quoteattr(table.name.replace(' ', '_') + '.' + rule.id)}>{tests}{outputs}</rule>")
    return "\n".join([*parts, "</decisionTable></decision>"])


def output_of(table: Table, column: Then) -> str:
    name = f" name={quoteattr(column.label)}" if len(table.outputs) > 1 else ""
    kind = "" if column.use else f' typeRef="{basic(column.kind)}"'
    inner = ""
    if column.allowed is not None and column.kind != "list":  # output values are of the whole list there
        allowed = allowed_text(column.allowed, column.kind, False, feel=True) + (", null" if column.null else "")
        inner += f"<outputValues>{text_of(allowed)}</outputValues>"
    if column.default is not None:
        default = output_text(column.default, column.kind, feel=True)
        inner += f"<defaultOutputEntry>{text_of(default)}</defaultOutputEntry>"
    return f"<output{name}{kind}>{inner}</output>"


def text_of(text: str) -> str:
    return f"<text>{escape(text)}</text>"


def describe(model: Model) -> str:
    """The model as a person reads it: fields, impossible combinations, tables and safety conditions."""
    lines = []
    for field in model.fields:
        allowed = "" if field.kind == "boolean" else " " + allowed_text(field.values or field.span, field.kind, False)
        lines.append(f"field {field.name}: {field.kind}{allowed}{' or null' if field.null else ''}")
    lines += [
        f"impossible: {each.field} in {plain(each.values)} without {each.other} in {plain(each.allowed)}"
        for each in model.impossible
    ]
    for table in model.tables:
        lines += ["", *(" | ".join(row) for row in rows_of(table))]
    lines += ["", *(f"safety {each.id}: {condition_of(each)}" for each in model.safety)]
    return "\n".join(lines).strip()
