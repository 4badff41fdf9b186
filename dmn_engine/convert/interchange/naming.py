"""Portable names and ids: names that every DMN engine can parse, ids that every XML parser accepts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from dmn_engine.model.cell_text import squeeze
from dmn_engine.model.names import choose_free, is_name, make_id

_NOT_OF_NAMES = re.compile(r"[^\w.'+*/-]+")


@dataclass(slots=True)
class SafeNames:
    """Unique, valid FEEL names."""

    taken: set[str] = field(default_factory=set)

    def choose(self, text: str, otherwise: str) -> str:
        """The text, if it is a valid and unused name, else a similar one; `otherwise` if no valid character is left."""
        base = text if is_name(text) else _keep_valid(text, otherwise)
        chosen = choose_free(base, self.taken)
        self.taken.add(chosen)
        return chosen


def _keep_valid(text: str, otherwise: str) -> str:
    """The text without characters that names cannot contain."""
    words = squeeze(_NOT_OF_NAMES.sub(" ", text))
    return next((name for name in (words, f"_{words}", otherwise) if is_name(name)), "value")


@dataclass(slots=True)
class Ids:
    """Unique ids of one file."""

    taken: set[str] = field(default_factory=set)

    def choose(self, *parts: str) -> str:
        """A unique id made of these parts."""
        base = make_id("_".join(part for part in parts if part)) or "element"
        base = base if base[0].isalpha() else f"_{base}"
        chosen = choose_free(base, self.taken, "_")
        self.taken.add(chosen)
        return chosen
