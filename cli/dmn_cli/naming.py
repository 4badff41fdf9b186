"""Find a table by the text that the user typed."""

from __future__ import annotations

from dmn_cli.user_error import UserError
from dmn_engine.api import Model
from dmn_engine.model.decision_table import DecisionTable


def find_table(name: str, model: Model) -> DecisionTable:
    """The table of the decision, whatever its case and blanks.

    Raises UnknownDecision with the nearest name, TablesAtFault where the table itself could not be built, UserError
    where the decision has no table.
    """
    found = model.find_decision(name)
    if found not in model.tables.tables:
        model.require_sound(found)
    if found not in model.tables.tables:
        raise UserError(
            "no-table",
            "its logic is not a decision table",
            found,
            help="`dmn show` lists the decisions and what they use",
        )
    return model.tables.tables[found]
