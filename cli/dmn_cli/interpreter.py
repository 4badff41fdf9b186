"""Evaluate FEEL texts that a person types, with every error and every reason of a null on stderr."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import click

from dmn_cli.output import show_error, write_text
from dmn_cli.user_error import UserError
from dmn_engine.diagnostics import Diagnostic, Diagnostics, Severity, Source
from dmn_engine.feel.checker import check_expression
from dmn_engine.feel.compiler import compile_expression
from dmn_engine.feel.errors import EvaluationError
from dmn_engine.feel.parser import parse_expression
from dmn_engine.feel.values import Value, format_value, from_python, type_of
from dmn_engine.records.documents import read_document


def read_context(path: Path) -> dict[str, Value]:
    """The variables in a JSON file, an object of values by name. Raises UserError, UnreadableFile."""
    document = read_document(path).value
    if not isinstance(document, Mapping):
        raise UserError("not-an-object", "a context is a JSON object of values by name", str(path))
    return {name: from_python(value) for name, value in document.items()}


class Interpreter:
    """Evaluates one text after the other with the same variables."""

    def __init__(self, variables: Mapping[str, Value]) -> None:
        self.variables = variables
        self.types = {name: type_of(value) for name, value in variables.items()}

    def run(self, text: str) -> bool:
        """Print the value of the expression on stdout; False where the text is not an expression."""
        source, failures = Source(text), Diagnostics()
        node = parse_expression(source, self.types, failures)
        if node is not None and not failures.has_errors:
            check_expression(node, source, self.types, failures)
        for failure in failures.sorted():
            show_error(failure)
        if node is None or failures.has_errors:
            return False
        errors: list[EvaluationError] = []
        value = compile_expression(node, source, self.types).evaluate(self.variables, errors)
        write_text(format_value(value) + "\n", sys.stdout)
        for error in dict.fromkeys(errors):
            show_error(Diagnostic("null", Severity.WARNING, error.message, error.source, error.span))
        return True

    def prompt(self) -> None:
        """Ask for expressions until the input ends."""
        is_terminal = sys.stdin.isatty()
        if is_terminal:
            with suppress(ImportError):  # not everywhere; with it, lines can be edited and recalled
                import readline  # noqa: F401  # importing it is what it takes
            click.echo("FEEL expressions, one a line; end with Ctrl-D.", err=True)
        while True:
            try:
                text = input("> " if is_terminal else "")
            except EOFError:
                return
            if text.strip():
                self.run(text)
