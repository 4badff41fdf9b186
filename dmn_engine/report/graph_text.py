"""The decision graph as a tree in the terminal: what each decision draws on, and where it is written."""

from __future__ import annotations

from collections.abc import Iterator

from dmn_engine.decisions.graph import Graph
from dmn_engine.report.colours import Paint, Tone, choose_paint
from dmn_engine.report.text import show_visibly

_UNICODE = ("├─ ", "└─ ", "│  ", "   ")
_ASCII = ("|- ", "`- ", "|  ", "   ")


def render_graph(graph: Graph, *, color: bool = False, unicode: bool = True) -> str:
    """A tree from each decision that no other one reads; a decision's own branches are shown only the first time.

    `use` marks a decision that another takes as its outcome; the others are read in conditions and computations.
    """
    return "\n".join(_Writer(graph, choose_paint(color), _UNICODE if unicode else _ASCII).write())


class _Writer:
    def __init__(self, graph: Graph, paint: Paint, signs: tuple[str, str, str, str]) -> None:
        self.graph = graph
        self.paint = paint
        self.signs = signs
        self.written: set[str] = set()

    def write(self) -> Iterator[str]:
        for root in self.graph.roots:
            yield self._name(root, "")
            yield from self._write_below(root, "")

    def _write_below(self, name: str, lead: str) -> Iterator[str]:
        self.written.add(name)
        table = self.graph.tables.tables[name]
        uses = {
            cell.decision
            for cell in (*(column.default for column in table.outputs), *(c for r in table.rules for c in r.outputs))
            if cell is not None and cell.decision
        }
        reads = self.graph.list_reads(name)
        decisions = [read for read in reads if self.graph.is_decision(read)]
        fields = [item.title for read in reads if (item := self.graph.tables.vocabulary.fields.get(read)) is not None]
        branch, last, through, blank = self.signs
        for number, read in enumerate(decisions, 1):
            is_last = number == len(decisions) and not fields
            mark = self.paint("use ", Tone.NOTE) if read in uses else ""
            again = read in self.written and bool(self.graph.list_reads(read))
            yield lead + (last if is_last else branch) + mark + self._name(read, " (see above)" if again else "")
            if not again:
                yield from self._write_below(read, lead + (blank if is_last else through))
        if fields:
            yield lead + last + self.paint(f"reads: {', '.join(fields)}", Tone.FAINT)

    def _name(self, name: str, suffix: str) -> str:
        table = self.graph.tables.tables[name]
        place = self.paint(f"  {show_visibly(str(table.origin))}", Tone.FAINT)
        return f"{self.paint(name, Tone.STRONG)}{suffix}{'' if suffix else place}"
