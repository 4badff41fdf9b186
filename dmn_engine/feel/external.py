"""External functions (DMN 1.5, 10.3.2.13.3): lookup by class and method signature in plug-ins.

A plug-in of the group `dmn_engine.externals` is a function of a class and a method signature. It returns the function
of FEEL values that they name, or None. No code is imported or called by a name in a model.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import cast

from dmn_engine.feel.values import FeelError, Value
from dmn_engine.plugins import EXTERNALS, PluginError, load_plugins

External = Callable[..., Value]
FindMethod = Callable[[str, str], External | None]


def find_external(class_name: str, signature: str) -> External:
    """The function with this class and signature (`max(double, double)`). Raises: FeelError if there is none."""
    try:
        finders = _list_finders()
    except PluginError as error:
        raise FeelError(str(error)) from error
    for find in finders:
        found = find(class_name, signature)
        if found is not None:
            return found
    raise FeelError(f"there is no external function {class_name}.{signature}")


@cache
def _list_finders() -> tuple[FindMethod, ...]:
    return tuple(cast(FindMethod, plugin) for _, plugin in load_plugins(EXTERNALS))
