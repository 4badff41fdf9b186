"""Parts of the engine that are found by entry points: layouts of workbooks, functions of other languages.

A package adds a part by an entry point of the group in its metadata. Those that the engine ships are named here too,
so that they are found where it runs without metadata: from a source tree, or in a browser. Imports no part itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

LAYOUTS = "dmn_engine.layouts"
EXTERNALS = "dmn_engine.externals"

SHIPPED: Mapping[str, Mapping[str, str]] = {
    LAYOUTS: {"pydmnrules": "dmn_engine.layouts.pydmnrules", "smart_dak": "dmn_engine.layouts.smart_dak"},
    EXTERNALS: {"java": "dmn_engine.conformance.java:find_method"},
}
"""The entry points of the engine itself, by group: those of pyproject.toml."""


class PluginError(Exception):
    """A part that an installed package offers cannot be used; the message names it and says why."""


def load_plugins(group: str) -> Iterator[tuple[str, object]]:
    """Load the parts of a group one after the other, the shipped ones first, each with its name.

    Raises PluginError for one that cannot be imported.
    """
    from importlib.metadata import EntryPoint, entry_points

    shipped = SHIPPED[group]
    found = [EntryPoint(name, value, group) for name, value in shipped.items()]
    yield from ((point.name, _load(point)) for point in found)
    others = (point for point in entry_points(group=group) if point.name not in shipped)
    yield from ((point.name, _load(point)) for point in sorted(others, key=lambda point: point.name))


def _load(point: EntryPoint) -> object:
    try:
        part: object = point.load()
        return part
    except (ImportError, AttributeError) as error:
        raise PluginError(f"the plug-in `{point.name}` of {point.group} cannot be loaded: {error}") from error
