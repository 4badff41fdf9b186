"""Write the decision graph as a tree for the terminal: what each decision uses, and where it is written."""

from __future__ import annotations

from collections.abc import Iterator

from dmn_engine.compile.outline import Outline
from dmn_engine.report.text import Paint, Tone, choose_paint, show_visibly

_UNICODE = ("├─ ", "└─ ", "│  ", "   ")
_ASCII = ("|- ", "`- ", "|  ", "   ")


def render_graph(outline: Outline, *, color: bool = False, unicode: bool = True) -> str:
    """A tree from each decision that no other one reads; a decision's own branches are shown only the first time.

    `use` marks a decision that another takes as its outcome; the others are read in conditions and computations.
    """
    return "\n".join(_Writer(outline, choose_paint(color), _UNICODE if unicode else _ASCII).write())


class _Writer:
    def __init__(self, outline: Outline, paint: Paint, signs: tuple[str, str, str, str]) -> None:
        self.outline = outline
        self.paint = paint
        self.signs = signs
        self.written: set[str] = set()

    def write(self) -> Iterator[str]:
        for root in self.outline.roots:
            yield self._name(root, "")
            yield from self._write_below(root, "")

    def _write_below(self, name: str, lead: str) -> Iterator[str]:
        self.written.add(name)
        entry = self.outline.entries[name]
        branch, last, through, blank = self.signs
        for number, (read, is_use) in enumerate(entry.decisions, 1):
            is_last = number == len(entry.decisions) and not entry.fields
            mark = self.paint("use ", Tone.NOTE) if is_use else ""
            below = self.outline.entries[read]
            again = read in self.written and bool(below.decisions or below.fields)
            yield lead + (last if is_last else branch) + mark + self._name(read, " (see above)" if again else "")
            if not again:
                yield from self._write_below(read, lead + (blank if is_last else through))
        if entry.fields:
            yield lead + last + self.paint(f"reads: {', '.join(entry.fields)}", Tone.FAINT)

    def _name(self, name: str, suffix: str) -> str:
        place = self.paint(f"  {show_visibly(str(self.outline.entries[name].origin))}", Tone.FAINT)
        return f"{self.paint(name, Tone.STRONG)}{suffix}{'' if suffix else place}"
