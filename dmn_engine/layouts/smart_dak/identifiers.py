"""Create ids of elements: XML names that are unique in a model."""

from __future__ import annotations

from dmn_engine.model.names import choose_free, make_id


class Identifiers:
    """Ids handed out so far."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def make(self, prefix: str, text: str) -> str:
        """A new id that begins with the prefix and resembles the text."""
        identifier = choose_free(f"{prefix}.{make_id(text)[:80]}", self._taken, ".")
        self._taken.add(identifier)
        return identifier
