"""Report an error that many cells share once, with all their addresses."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from dmn_engine.diagnostics import CellRef, Diagnostic, Diagnostics, Severity, Source, Span


@dataclass(slots=True)
class Complaints:
    """Errors by their text and reason, in the order of their first cells."""

    _found: dict[tuple[str, str, str, str], tuple[Diagnostic, dict[Source, None]]] = field(default_factory=dict)

    def add(
        self, severity: Severity, code: str, message: str, source: Source, span: Span | None = None, *, help: str = ""
    ) -> None:
        """Add a cell with this error; cells of one sheet with the same text are reported together."""
        sheet = source.origin.sheet if isinstance(source.origin, CellRef) else str(source.origin)
        diagnostic = Diagnostic(code, severity, message, source, span, (), help)
        _, sources = self._found.setdefault((sheet, code, message, source.text), (diagnostic, {}))
        sources[source] = None

    def report(self, diagnostics: Diagnostics) -> None:
        """Append all."""
        for diagnostic, sources in self._found.values():
            others = [source for source in sources if source != diagnostic.source]
            related = tuple((source, "the same") for source in others)
            diagnostics.items.append(replace(diagnostic, related=related))
