"""Why a rule did not give its output, as text: the cells that failed, and what would have to change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from dmn_engine.evaluate.explanation import WhyNot
from dmn_engine.model.data_dictionary import DataDictionary, Value
from dmn_engine.model.decision_table import Tables
from dmn_engine.report.plan_text import wrap_text
from dmn_engine.report.text import Tone, choose_paint
from dmn_engine.report.wording import list_conditions, name_rule, show_condition, show_field, show_quantity, show_value

_VERDICTS = {True: ("yes ", Tone.GOOD), False: ("NO  ", Tone.ERROR), None: ("open", Tone.WARNING)}


def render_why_not(
    explained: Iterable[WhyNot], tables: Tables, *, origin: str, width: int = 88, color: bool = False
) -> str:
    """A block for each rule, without a final line break."""
    return "\n\n".join("\n".join(_write_block(item, tables, origin, width, color)) for item in explained)


def _write_block(item: WhyNot, tables: Tables, origin: str, width: int, color: bool) -> Iterator[str]:
    paint = choose_paint(color)
    review = {file: book.status for file, book in tables.workbooks.items()}
    yield from wrap_text(f"{origin}: {name_rule(item.rule, review)}", width, "", "  ")
    yield from wrap_text(f"gives: {_show_output(item.output)}", width, "  ", "    ")
    verdict, tone = _conclude(item)
    yield "  " + paint(verdict, tone)
    for condition in list_conditions(item.conditions):
        word, tone = _VERDICTS[condition.holds]
        first, *rest = wrap_text(show_condition(condition), width, " " * 9, " " * 11)
        yield f"    {paint(word, tone)} {first[9:]}"
        yield from rest
    for error in item.errors:
        yield from wrap_text(f"Error: {error.message} ({error.origin})", width, "  ", "    ")
    if item.reachable is None:
        yield "  No change was found: formulas compute with its values, or there are too many combinations."
    if item.reachable and not item.fires:
        yield from _write_steps("Smallest change: ", item.changes, tables.dictionary, width)
        yield from _write_steps(
            "And to be known: " if item.changes else "To be known: ", item.assumptions, tables.dictionary, width
        )


def _show_output(output: Value) -> str:
    """An outcome without its empty parts."""
    if isinstance(output, Mapping):
        return show_value({label: part for label, part in output.items() if part not in (None, "", [])})
    return show_value(output)


def _conclude(item: WhyNot) -> tuple[str, Tone]:
    if item.fires:
        return "This rule does give its output for this record.", Tone.GOOD
    if item.reachable is False:
        return "No possible record gets this output from this rule.", Tone.WARNING
    if any(condition.holds is False for condition in item.conditions):
        return "It does not apply:", Tone.ERROR
    is_open = any(condition.holds is None for condition in item.conditions)
    if item.errors and is_open:
        return "Its decision is an error:", Tone.ERROR
    if (item.assumptions or is_open) and not item.changes:
        return "It may apply, but not all that it needs is known:", Tone.WARNING
    if item.errors:
        return "Its own cells fit, but its decision is an error:", Tone.ERROR
    return "Its own cells fit, but it is not what the plan comes to:", Tone.WARNING


def _write_steps(lead: str, steps: Mapping[str, Value], dictionary: DataDictionary, width: int) -> Iterator[str]:
    if steps:
        parts = [
            f"{show_field(name, dictionary)} = {show_quantity(value, dictionary.find(name))}"
            for name, value in steps.items()
        ]
        yield from wrap_text(lead + "; ".join(parts), width, "  ", "    ")
