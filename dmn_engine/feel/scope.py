"""Scopes: the names visible in a part of a FEEL text with their types, innermost first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from dmn_engine.feel.tokens import Piece, Token, TokenKind, length_of, split_name
from dmn_engine.feel.types import Type

_Entry = tuple[tuple[Piece, ...], str]
_Index = Mapping[str, Sequence[_Entry]]


class Scope:
    """One level of names; `parent` is the enclosing level.

    `is_open` says that the level may have further names: those of an item whose type is unknown. A name found in no
    level may then be one of its members.
    """

    __slots__ = ("_index", "is_open", "names", "parent")

    def __init__(self, names: Mapping[str, Type], parent: Scope | None = None, *, is_open: bool = False) -> None:
        self.names = names
        self.parent = parent
        self.is_open = is_open
        self._index: _Index | None = None

    def declare(self, name: str, type_: Type) -> None:
        """Add a name to this level, or change its type."""
        if name not in self.names:
            self._index = None
        self.names = {**self.names, name: type_}

    def levels(self) -> Iterator[Scope]:
        """This level and the enclosing ones."""
        level: Scope | None = self
        while level is not None:
            yield level
            level = level.parent

    def find(self, name: str) -> Type | None:
        """The type of the innermost variable of that name, or None."""
        for level in self.levels():
            type_ = level.names.get(name)
            if type_ is not None:
                return type_
        return None

    @property
    def may_have_more(self) -> bool:
        """Whether some level is open."""
        return any(level.is_open for level in self.levels())

    def all_names(self) -> Iterator[str]:
        """Every name of every level."""
        for level in self.levels():
            yield from level.names

    def longest_match(self, tokens: list[Token], at: int) -> tuple[str, int] | None:
        """The longest name of any level that begins at token `at`, and its number of tokens."""
        best: tuple[str, int] | None = None
        if tokens[at].kind is not TokenKind.WORD and tokens[at].text != "?":
            return None
        for level in self.levels():
            for pieces, name in level._candidates(tokens[at].text):
                if best is not None and len(pieces) <= best[1]:
                    break
                if length_of(pieces, tokens, at):
                    best = (name, len(pieces))
                    break
        return best

    def _candidates(self, first: str) -> Sequence[_Entry]:
        """The names that begin with this word, those with the most tokens first."""
        if self._index is None:
            self._index = _index(tuple(self.names))
        return self._index.get(first, ())


@lru_cache(maxsize=256)
def _index(names: tuple[str, ...]) -> _Index:
    """Names by their first word; cached, because all cells of a workbook have the same names in scope."""
    index: dict[str, list[_Entry]] = {}
    for name in names:
        pieces = split_name(name)
        if pieces:
            index.setdefault(pieces[0].text, []).append((pieces, name))
    return {first: sorted(entries, key=lambda entry: -len(entry[0])) for first, entries in index.items()}
