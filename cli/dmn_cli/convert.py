"""`dmn convert`: decision tables from one form to another."""

from __future__ import annotations

from pathlib import Path

import click

from dmn_cli.options import path

_FORMS = click.Choice(["xlsx", "dmn", "json", "md"])


@click.command(short_help="Write tables in another form: .xlsx, .dmn, .json or .md.")
@click.argument("source", metavar="IN", type=path)
@click.argument("target", metavar="OUT", type=path)
@click.option("--to", "form", type=_FORMS, help="The form, if OUT is a folder or - (stdout).")
@click.option("--schemas", type=path, help="The data dictionary.  [default: the one beside IN]")
@click.option("--strict", is_flag=True, help="Exit with 1 if a part of IN is not in OUT.")
@click.option("--force", is_flag=True, help="Replace files that are there already.")
def command(source: Path, target: Path, form: str | None, schemas: Path | None, strict: bool, force: bool) -> int:
    """Write the tables of IN (a workbook, a model, a folder of them) to OUT, in the form that its ending names.

    Forms are workbooks (.xlsx; also those of pyDMNrules and the WHO, which are only read), models in DMN (.dmn),
    JSON documents (.json) and Markdown pages for reviewers (.md). What a form cannot hold is reported by cell on
    stderr, with the number of tables and rules that went in and came out. The widths and fonts of a workbook are not
    converted. Tables that bring their own fields get a record schema beside them, OUT with the ending
    .schema.json, so that `dmn check OUT` works at once.

    A folder becomes one model (OUT ends with .dmn), or with --to a folder with a file for each of its files.

    \b
    Examples:
      dmn convert tables/bone.xlsx bone.md
      dmn convert tables tables.dmn
      dmn convert tables pages --to md
    """
    from dmn_cli.converting import convert_file, convert_folder

    run = convert_folder if source.is_dir() else convert_file
    return run(source, target, f".{form}" if form else "", schemas=schemas, strict=strict, force=force)
