"""`dmn feel`: the value of a FEEL expression, or a prompt for many."""

from __future__ import annotations

from pathlib import Path

import click

from dmn_cli.options import path


@click.command(short_help="The value of a FEEL expression, or a prompt for many.")
@click.argument("expression", required=False)
@click.option("--context", type=path, help="A JSON file with the values of names.")
def command(expression: str | None, context: Path | None) -> int:
    """The value of a FEEL EXPRESSION, as a FEEL literal; without one, a prompt that asks for expressions.

    \b
    Examples:
      dmn feel "sum([1, 2, 3]) * 0.8"
      dmn feel "date(\\"2026-02-28\\") + duration(\\"P1D\\")"
    """
    from dmn_cli.interpreter import Interpreter, read_context

    interpreter = Interpreter(read_context(context) if context else {})
    if expression is None:
        interpreter.prompt()
        return 0
    return 0 if interpreter.run(expression) else 1
