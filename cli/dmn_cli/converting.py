"""Where conversions read from and write to: every error of the request is found before anything is written."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dmn_cli.options import find_set
from dmn_cli.output import show_error, write_bytes, write_output, write_text
from dmn_cli.user_error import UserError
from dmn_engine.convert import FORMS, Converted, Unconvertible, convert, convert_set
from dmn_engine.loading import list_tables, show_path
from dmn_engine.model.cell_text import count_words

if TYPE_CHECKING:
    from dmn_engine.diagnostics import Diagnostic

_STDOUT = Path("-")
_READ = ", ".join(FORMS)


def convert_file(source: Path, target: Path, form: str, *, schemas: Path | None, strict: bool, force: bool) -> int:
    """Convert one file; the exit code. Raises UserError."""
    _require_source(source)
    target, form = _choose_target(source, target, form)
    _require_target(source, target, force)
    try:
        made = _convert(source, form, target, schemas)
    except Unconvertible as error:
        return _show_unconvertible(error)
    _require_schema_target(made, target, force)
    if made.content is not None:
        if target == _STDOUT:
            write_output([made.content.decode()], None)
        else:
            write_bytes(made.content, target)
            if made.schema:
                write_bytes(made.schema.encode(), _name_schema(target))
    return _report([made], strict)


def convert_folder(source: Path, target: Path, form: str, *, schemas: Path | None, strict: bool, force: bool) -> int:
    """Convert all tables of a folder, to one model or file by file; the exit code. Raises UserError."""
    if not form and target.suffix.lower() == ".dmn" and not target.is_dir():
        _require_target(source, target, force)
        try:
            made = convert_set(source, show_path(target), _require_schemas(schemas))
        except Unconvertible as error:
            return _show_unconvertible(error)
        except FileNotFoundError as error:
            raise UserError("no-schemas", str(error), str(source), help=_SCHEMAS_HELP) from None
        if made.content is not None:
            write_bytes(made.content, target)
        return _report([made], strict)
    if not form:
        help = "name the form of its files with `--to`, or a model that ends with .dmn"
        raise UserError("usage", "a folder is converted to a folder", str(target), help=help)
    if target.is_file() or target == _STDOUT:
        raise UserError("usage", "a folder is converted to a folder, and this is none", str(target))
    return _convert_all(source, target, form, schemas, strict, force)


def _convert_all(source: Path, target: Path, form: str, schemas: Path | None, strict: bool, force: bool) -> int:
    """Each file of the folder to its place in the other; nothing is written where one of them fails."""
    files = [file for file in list_tables(source) if target.absolute() not in file.absolute().parents]
    if not files:
        raise UserError("nothing-to-convert", "there are no tables in this folder", str(source))
    outputs: dict[Path, Path] = {}
    for file in files:
        output = (target / file.relative_to(source)).with_suffix(form)
        if output in outputs:
            message = f"{show_path(outputs[output])} and {show_path(file)} would both become this file"
            raise UserError("same-file", message, str(output), help="rename one of them")
        outputs[output] = file
        _require_target(file, output, force, has_folder=False)
    made: dict[Path, Converted] = {}
    for output, file in outputs.items():
        try:
            made[output] = _convert(file, form, output, schemas)
        except Unconvertible as error:
            return _show_unconvertible(error)
        _require_schema_target(made[output], output, force)
    if all(item.content is not None for item in made.values()):
        for output, item in made.items():
            output.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(item.content or b"", output)
            if item.schema:
                write_bytes(item.schema.encode(), _name_schema(output))
    return _report(list(made.values()), strict)


_SCHEMAS_HELP = "name the data dictionary, or the folder that it is in, with `--schemas`"


def _convert(source: Path, form: str, target: Path, schemas: Path | None) -> Converted:
    shown = "-" if target == _STDOUT else show_path(target)
    try:
        return convert(source, form, shown, find_set(source), _require_schemas(schemas))
    except FileNotFoundError as error:
        raise UserError("no-schemas", str(error), str(source), help=_SCHEMAS_HELP) from None


def _require_schemas(schemas: Path | None) -> Path | None:
    if schemas is not None and not schemas.exists():
        raise UserError("no-schemas", f"there is no file or folder {schemas}", str(schemas), help=_SCHEMAS_HELP)
    return schemas


def _require_source(source: Path) -> None:
    if not source.exists():
        raise UserError("unreadable-file", "there is no such file or folder", str(source))
    known = (*FORMS, ".xlsm", ".xls", ".xlsb", ".ods", ".fods")  # their reader says how to save them as .xlsx
    if source.suffix.lower() not in known:
        what = f"from {source.suffix}" if source.suffix else "from a file without an ending"
        raise UserError("unknown-format", f"tables are not read {what}", str(source), help=f"forms are: {_READ}")


def _choose_target(source: Path, target: Path, form: str) -> tuple[Path, str]:
    """The file to write, and its form. Raises UserError."""
    if target == _STDOUT:
        if not form:
            raise UserError("usage", "what is written to stdout has no ending", "-", help="name its form with `--to`")
        if form == ".xlsx":
            raise UserError("usage", "a workbook cannot be written to stdout", "-", help="name a file")
        return target, form
    if target.is_dir():
        if not form:
            help = "name a file, or the form of the new file in it with `--to`"
            raise UserError("usage", "this is a folder", str(target), help=help)
        return target / f"{source.stem}{form}", form
    ending = target.suffix.lower()
    if ending not in FORMS:
        what = f"to {target.suffix}" if target.suffix else "to a file without an ending"
        raise UserError("unknown-format", f"tables are not written {what}", str(target), help=f"forms are: {_READ}")
    if form not in ("", ending):
        message = f"the file ends with {ending}, and `--to` says {form[1:]}"
        raise UserError("usage", message, str(target), help="leave out `--to`")
    return target, ending


def _require_target(source: Path, target: Path, force: bool, *, has_folder: bool = True) -> None:
    if target == _STDOUT:
        return
    if target.exists() and target.samefile(source):
        raise UserError("same-file", "IN and OUT are the same file", str(target), help="write to another file")
    if target.is_dir():
        raise UserError("unwritable", "this is a folder, not a file", str(target))
    if target.exists() and not force:
        help = "write to another file, or replace this one with `--force`"
        raise UserError("file-exists", "the file is there already, and is left as it is", str(target), help=help)
    if has_folder and not target.absolute().parent.is_dir():
        raise UserError("unwritable", f"there is no folder {target.parent} to write to", str(target))


def _require_schema_target(made: Converted, target: Path, force: bool) -> None:
    if made.schema and target != _STDOUT and _name_schema(target).exists() and not force:
        help = "its fields may be others than those of IN; replace it with `--force`"
        place = str(_name_schema(target))
        raise UserError("file-exists", "the record schema is there already, and is left as it is", place, help=help)


def _name_schema(target: Path) -> Path:
    return target.with_name(f"{target.stem}.schema.json")


def _show_unconvertible(error: Unconvertible) -> int:
    _show_all(error.diagnostics)
    return 2


def _show_all(diagnostics: Iterable[Diagnostic]) -> None:
    for item in diagnostics:
        show_error(item)


def _report(made: Sequence[Converted], strict: bool) -> int:
    """Show what was found and the account of rules on stderr; the exit code."""
    _show_all(dict.fromkeys(item for each in made for item in each.diagnostics))
    parts = []
    for counts in ([each.read for each in made], [each.written for each in made]):
        tables, rules = sum(len(each.tables) for each in counts), sum(each.rules for each in counts)
        parts.append(f"{count_words(tables, 'table')}, {count_words(rules, 'rule')}")
    unwritten = any(each.content is None for each in made)
    outcome = "nothing is written" if unwritten else f"{parts[1]} out"
    write_text(f"{parts[0]} in; {outcome}\n", sys.stderr)
    has_losses = strict and any(each.losses for each in made)
    return 1 if unwritten or has_losses or any(each.has_errors for each in made) else 0
