"""Create ids of elements: XML names that are unique in a model."""

from __future__ import annotations

import re

_NO_ID = re.compile(r"[^A-Za-z0-9_.-]+")


class Identifiers:
    """Ids handed out so far."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def make(self, prefix: str, text: str) -> str:
        """A new id that begins with the prefix and resembles the text."""
        stem = f"{prefix}.{_NO_ID.sub('_', text).strip('_')[:80]}"
        identifier, number = stem, 2
        while identifier in self._taken:
            identifier, number = f"{stem}.{number}", number + 1
        self._taken.add(identifier)
        return identifier
