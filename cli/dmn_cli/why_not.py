"""Explain for the records of files why a rule or an output was not given."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from dmn_cli.evaluation import Evaluation
from dmn_cli.output import choose_width, has_color
from dmn_cli.user_error import UserError
from dmn_engine.api import Model
from dmn_engine.diagnostics import nearest_name, offer
from dmn_engine.report.why_not_text import render_why_not


def explain_why_not(evaluation: Evaluation, paths: Iterable[Path], text: str, output: Path | None) -> Iterator[str]:
    """A piece of text for each record; raises UserError where no rule and no output is called so."""
    model = evaluation.model
    color = output is None and has_color(sys.stdout)
    separator = ""
    for record, typed in evaluation.read(paths):
        if typed.has_errors:
            evaluation.has_failures = True
            continue
        explained = model.explain_why_not(typed.values, text, evaluation.decision)
        if not explained:
            raise UserError(
                "unknown-rule", f"no rule has the id `{text}`, and no output has it", text, help=_suggest(text, model)
            )
        name = f"{record.id} ({record.origin})" if record.id else str(record.origin)
        shown = render_why_not(explained, model.tables, origin=name, width=choose_width(output), color=color)
        yield separator + shown + "\n"
        separator = "\n"


def _suggest(text: str, model: Model) -> str:
    rules = [rule for table in model.tables.tables.values() for rule in table.rules]
    outputs = [cell.source.text for rule in rules for cell in rule.outputs]
    words = [word.strip(",;:.()") for output in outputs for word in output.split()]
    near = nearest_name(text, [*(rule.id for rule in rules), *outputs, *words])
    return offer(near, "`dmn show` lists the tables, `dmn show TABLE` its rules")
