"""Writes a new workbook, with the dropdowns of the fields that it is to decide by."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from dmn_cli.user_error import UserError
from dmn_engine.diagnostics import nearest_name, offer
from dmn_engine.feel.types import BOOLEAN
from dmn_engine.formats.xlsx.new_workbook import new_workbook
from dmn_engine.loading import load_schema
from dmn_engine.model.data_dictionary import Field
from dmn_engine.report.wording import show_value


def write_draft(name: str, inputs: Sequence[str], schemas: Path, output: Path | None) -> Path:
    """Write the workbook and give its path. Raises UserError: an unknown field, a name or a file that cannot be."""
    target = output or Path(re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") + ".xlsx")
    if target.suffix.lower() != ".xlsx":
        raise UserError("not-a-workbook", "a new workbook needs the ending .xlsx", str(target))
    fields = list(_find_fields(inputs, schemas))
    choices = {field.title: [show_value(value) for value in _list_values(field)] for field in fields}
    try:
        new_workbook(target, name, [field.title for field in fields], choices)
    except FileExistsError:
        raise UserError("file-exists", "the file is there already, and is left as it is", str(target)) from None
    except FileNotFoundError:
        raise UserError("no-folder", f"there is no folder {target.parent}", str(target)) from None
    except ValueError as error:
        raise UserError("no-name", str(error), "dmn new") from None
    return target


def _find_fields(labels: Sequence[str], schemas: Path) -> Iterator[Field]:
    if not labels:
        return
    dictionary = load_schema(schemas, schemas).dictionary
    for label in labels:
        field = dictionary.find(label)
        if field is None:
            near = nearest_name(label, [*dictionary.labels(), *dictionary.fields])
            hint = offer(near, "the fields are in the data dictionary patient.schema.json")
            raise UserError("unknown-field", f"`{label}` is not a known field", "--input", help=hint)
        yield field


def _list_values(field: Field) -> Sequence[object]:
    return (True, False) if field.type == BOOLEAN else field.domain.values or ()
