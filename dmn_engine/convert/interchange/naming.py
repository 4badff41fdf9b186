"""Portable names and ids: names that every DMN engine can parse, ids that every XML parser accepts."""

from __future__ import annotations

from dmn_engine.model.names import Unused, clean_name, is_name, make_id


class SafeNames(Unused):
    """Unique, valid FEEL names."""

    def choose(self, text: str, otherwise: str) -> str:
        """The text, if it is a valid and unused name, else a similar one; `otherwise` if no valid character is left."""
        words = clean_name(text)
        return self.take(next(filter(is_name, (text, words, f"_{words}", otherwise)), "value"))


class Ids(Unused):
    """Unique ids of one file."""

    def __init__(self) -> None:
        super().__init__("_")

    def choose(self, *parts: str) -> str:
        """A unique id made of these parts."""
        base = make_id("_".join(part for part in parts if part)) or "element"
        return self.take(base if base[0].isalpha() else f"_{base}")
