"""The lists of named edits and of equivalent mutants fit the text of the engine that is there now."""

from __future__ import annotations

import ast

from tests.mutation.hooked import find_source
from tests.mutation.operators import list_mutants, read_edits
from tests.mutation.run import describe, read_equivalents


def test_every_named_edit_applies() -> None:
    for edit in read_edits():
        source = find_source(edit.module).read_text()
        assert ast.dump(edit.apply(source)) != ast.dump(ast.parse(source)), edit.name


def test_every_equivalent_is_a_mutant_with_a_reason() -> None:
    equivalents = read_equivalents()
    assert all(equivalents.values())
    modules = {module for module, _, _ in equivalents}
    mutants = {
        describe(mutant) for module in modules for mutant in list_mutants(module, find_source(module).read_text())
    }
    assert set(equivalents) <= mutants
