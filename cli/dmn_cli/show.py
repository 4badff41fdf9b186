"""`dmn show`: a table, or the graph of all of them, in the terminal."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmn_cli.options import load_tables, schemas_option, tables_option
from dmn_cli.user_error import UserError

if TYPE_CHECKING:
    from dmn_engine.api import Model
    from dmn_engine.model.decision_table import DecisionTable


@click.command(short_help="Show a table, or the graph of all decisions.")
@click.argument("name", default="graph")
@tables_option
@schemas_option
def command(name: str, tables: Path, schemas: Path | None) -> None:
    """Show the table of the decision NAME, or the graph of all decisions (also without a NAME).

    \b
    Examples:
      dmn show graph
      dmn show "Chemotherapy indicated"
    """
    from dmn_cli.output import has_color, has_unicode, write_output

    model = load_tables(tables, schemas)
    color, unicode = has_color(sys.stdout), has_unicode(sys.stdout)
    if name == "graph":
        from dmn_engine.api import TablesAtFault
        from dmn_engine.report.graph_text import render_graph

        outline = model.outline()
        if not outline.entries:
            raise TablesAtFault("there is no decision to show", model.diagnostics)
        shown = render_graph(outline, color=color, unicode=unicode)
    else:
        from dmn_engine.report.table_text import render_table

        table = _find_table(name, model)
        book = model.tables.workbooks.get(table.file)
        width = max(shutil.get_terminal_size((120, 24)).columns, 60)
        shown = render_table(table, book, width=width, color=color, unicode=unicode)
    write_output([shown + "\n"], None)


def _find_table(name: str, model: Model) -> DecisionTable:
    """The table of the decision, whatever its case and blanks. Raises UnknownDecision, TablesAtFault, UserError."""
    found = model.find_decision(name)
    if found not in model.tables.tables:
        model.require_sound(found)
        help = "`dmn show` lists the decisions and what they use"
        raise UserError("no-table", "its logic is not a decision table", found, help=help)
    return model.tables.tables[found]
