"""The report of `dmn tck`: failed cases by folder, with expected and actual values, and the score by level."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dmn_engine.conformance import FolderRun
from dmn_engine.report.plan_text import wrap_text
from dmn_engine.report.text import Paint, Tone, choose_paint, display_width


def render_scores(runs: Sequence[FolderRun], *, width: int = 88, color: bool = False) -> str:
    """A block for each folder with a failed case; then a line for each level, and a total."""
    paint = choose_paint(color)
    blocks = ["\n".join(_write_folder(run, width, paint)) for run in runs if run.failures]
    return "\n\n".join([*blocks, "\n".join(_write_totals(runs, paint))])


def _write_folder(run: FolderRun, width: int, paint: Paint) -> Iterator[str]:
    yield paint(f"{run.folder.name}: {_count(run.passed, len(run.verdicts))}", Tone.STRONG)
    files = len({verdict.file for verdict in run.verdicts}) > 1
    names = [
        f"{verdict.file} {verdict.case}".strip() if files or not verdict.case else verdict.case
        for verdict in run.failures
    ]
    margin = 2 + max(map(display_width, names)) + 2
    for name, verdict in zip(names, run.failures, strict=True):
        first, *rest = wrap_text(verdict.detail, max(width, margin + 40), " " * margin, " " * margin)
        yield paint(f"  {name}", Tone.ERROR) + " " * (margin - 2 - display_width(name)) + first[margin:]
        yield from rest


def _write_totals(runs: Sequence[FolderRun], paint: Paint) -> Iterator[str]:
    levels = dict.fromkeys(run.folder.level for run in runs)
    groups = [(level, [run for run in runs if run.folder.level == level]) for level in levels]
    for name, group in [*groups, ("all", runs)] if len(groups) > 1 else groups:
        passed, total = sum(run.passed for run in group), sum(len(run.verdicts) for run in group)
        share = f" ({100 * passed / total:.2f} %)" if total else ""
        yield paint(f"{name}: {_count(passed, total)}{share}", Tone.GOOD if passed == total else Tone.ERROR)


def _count(passed: int, total: int) -> str:
    return f"{passed} of {total} case{'' if total == 1 else 's'} pass{'es' if passed == 1 else ''}"
