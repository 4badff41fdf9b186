"""What is wrong with many cells for one reason, told once with all their addresses. Knows no layout."""

from __future__ import annotations

from dataclasses import dataclass, field

from dmn_engine.diagnostics import CellRef, Diagnostic, Diagnostics, Severity, Source, Span


@dataclass(slots=True)
class Complaints:
    """Faults by their text and reason, in the order of their first cells."""

    _found: dict[tuple[str, str, str, str], tuple[Diagnostic, dict[str, None]]] = field(default_factory=dict)

    def add(
        self, severity: Severity, code: str, message: str, source: Source, span: Span | None = None, *, help: str = ""
    ) -> None:
        """One more cell with this fault; cells of one sheet with the same text are told together."""
        origin = source.origin
        sheet, cell = (origin.sheet, origin.cell) if isinstance(origin, CellRef) else (str(origin), "")
        key = (sheet, code, message, source.text)
        diagnostic = Diagnostic(code, severity, message, source, span, (), help)
        _, cells = self._found.setdefault(key, (diagnostic, {}))
        cells[cell] = None

    def report(self, diagnostics: Diagnostics) -> None:
        """Append all."""
        for diagnostic, cells in self._found.values():
            others = ", ".join(cell for cell in list(cells)[1:] if cell)
            message = f"{diagnostic.message} (the same in {others})" if others else diagnostic.message
            diagnostics.items.append(
                Diagnostic(
                    diagnostic.code,
                    diagnostic.severity,
                    message,
                    diagnostic.source,
                    diagnostic.span,
                    diagnostic.related,
                    diagnostic.help,
                )
            )
