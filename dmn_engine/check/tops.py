"""Unused decisions: top decisions other than the main one.

A table that no other uses is easily forgotten. In workbooks, if one top decision has more decisions below it than any
other, one warning names the others. Otherwise, and in DMN models, one note names all top decisions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dmn_engine.compile.outline import Outline
from dmn_engine.diagnostics import Diagnostic, Severity, Source


def check_tops(outline: Outline, decisions: Sequence[str], *, is_plan: bool) -> Iterator[Diagnostic]:
    """The diagnostics for the top decisions of a model; none if there is only one.

    `is_plan`: one decision is expected to use all others, as in workbooks. Output decisions of a service are used.
    """
    used = {other for entry in outline.entries.values() for other, _ in entry.decisions}
    tops = [name for name in decisions if name not in used]
    if len(tops) < 2:
        return
    sizes = {name: _count_below(outline, name) for name in tops}
    largest = max(sizes.values())
    main = [name for name in tops if sizes[name] == largest]
    if not is_plan or len(main) > 1 or not largest:
        yield _note_all(outline, tops)
        return
    yield _warn(outline, [name for name in tops if name != main[0]], main[0])


def _count_below(outline: Outline, name: str) -> int:
    """The number of other decisions that the evaluation of a decision may reach."""
    found: set[str] = set()
    pending = [name]
    while pending:
        for used, _ in outline.entries[pending.pop()].decisions:
            if used in outline.entries and used not in found:
                found.add(used)
                pending.append(used)
    return len(found - {name})


def _warn(outline: Outline, unused: list[str], main: str) -> Diagnostic:
    """One warning of all unused decisions: if there are several, what used them may be missing."""
    first, *others = unused
    names = ", ".join(f"`{name}`" for name in unused)
    if others:
        message = f"no decision uses any of these {len(unused)}, so that they are not part of `{main}`: {names}"
        help = "is the workbook that uses them missing? Put it back, or use each in a decision of the plan"
    else:
        message = f"no decision uses {names}, so that it is not part of `{main}`"
        help = f"use it in `{main}` or in a decision that `{main}` uses"
    return Diagnostic(
        "unused-decision",
        Severity.WARNING,
        message,
        Source("", outline.entries[first].origin),
        related=_list_places(outline, others),
        help=f"{help}; until then {'their answers are' if others else 'its answer is'} shown beside `{main}`",
    )


def _note_all(outline: Outline, tops: list[str]) -> Diagnostic:
    first, *others = tops
    names = ", ".join(f"`{name}`" for name in tops)
    return Diagnostic(
        "several-tops",
        Severity.NOTE,
        f"no decision uses any of these {len(tops)}: {names}",
        Source("", outline.entries[first].origin),
        related=_list_places(outline, others),
        help="all are answered unless the request names one; if they are one plan, add a decision that uses them",
    )


def _list_places(outline: Outline, names: list[str]) -> tuple[tuple[Source, str], ...]:
    return tuple((Source("", outline.entries[name].origin), f"`{name}`") for name in names)
