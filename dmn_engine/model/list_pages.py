"""The pages that are lists, in every form of workbook: About by its keys; Safety and References by their columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from dmn_engine.diagnostics import Diagnostics, Source, nearest, offer
from dmn_engine.model.cell_text import fold_word
from dmn_engine.model.workbook_source import ABOUT_KEYS, CellSource


def read_about(
    rows: Iterable[tuple[CellSource, Callable[[str], CellSource]]],
    kind: str,
    report: Diagnostics,
    report_unknown: Callable[..., None],
) -> dict[str, CellSource]:
    """The values of the page About by their keys as ABOUT_KEYS spells them.

    Each row has its key, and what reads its value by the name of the key. `kind` is what people call the page;
    `report_unknown` takes a key that About does not have.
    """
    keys = {fold_word(key): key for key in ABOUT_KEYS}
    about: dict[str, CellSource] = {}
    labels: dict[str, Source] = {}
    for label, read in rows:
        key = keys.get(fold_word(label.text))
        value = read(key or label.text)
        if key is None:
            help = offer(nearest(label.text, ABOUT_KEYS), f"keys are: {', '.join(ABOUT_KEYS)}")
            message = f"`{label.text}` is not a key of the {kind} About"
            report_unknown("unknown-key", message, label.source, help=help)
        elif key in about:
            related = ((labels[key], "the first one"),)
            message = f"the key `{key}` appears twice"
            report.error("duplicate-key", message, label.source, related=related, help="delete one of them")
        else:
            labels[key], about[key] = label.source, value
    return about


def find_columns(
    headings: Sequence[CellSource], names: Sequence[str], needed: int, row: Source, kind: str, report: Diagnostics
) -> dict[str, int]:
    """Where each of the named columns stands among the headings; a misspelt heading, reported, is the nearest name.

    Empty, with an error of the `row` of headings, where one of the first names, which are `needed`, is missing.
    """
    known = {fold_word(name): name for name in names}
    places: dict[str, int] = {}
    for place, label in enumerate(headings):
        name = known.get(fold_word(label.text))
        if name is None:
            name = nearest(label.text, names)
            help = offer(name, f"columns are: {', '.join(names)}")
            message = f"`{label.text}` is not a column of this {kind}"
            report.error("unknown-column", message, label.source, help=help)
        elif name in places:
            message = f"the column `{name}` appears twice"
            report.error("duplicate-label", message, label.source, help="delete one of them")
        if name is not None:
            places.setdefault(name, place)
    missing = [f"`{name}`" for name in names[:needed] if name not in places]
    if missing:
        message = f"the column {' and '.join(missing)} is missing, so that no row is read"
        report.error("missing-column", message, row, help="add it to the row of headings")
    return {} if missing else places
