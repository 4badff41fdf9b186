"""`dmn new`: a workbook to begin with."""

from __future__ import annotations

from pathlib import Path

import click

from dmn_cli.options import path, schemas_option


@click.command(short_help="Write a workbook to begin with.")
@click.argument("name")
@click.option("--input", "inputs", multiple=True, metavar="FIELD", help="A field to decide by, by title; repeatable.")
@schemas_option
@click.option("-o", "--output", type=path, help="The file to write; without it, the name with the ending .xlsx.")
def command(name: str, inputs: tuple[str, ...], schemas: Path | None, output: Path | None) -> None:
    """Write a workbook for the decision NAME: every sheet in place, with one rule to overwrite and a page How to.

    \b
    Examples:
      dmn new "Pain relief"
      dmn new "Pain relief" --input "Bone metastases" --input "Primary tumour symptoms" -o tables/pain_relief.xlsx
    """
    from dmn_cli.drafts import write_draft

    click.echo(write_draft(name, inputs, schemas or Path("schemas"), output))
