"""Small model files that expand enormously are refused within seconds, with the reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import dmn_engine
from dmn_engine.report.plan_building import build_plan
from dmn_engine.report.plan_text import render_plan

from .models import decision, importing, write_model


def double_texts(folder: Path) -> None:
    doubled = (decision(f"d{i}", f"d{i - 1} + d{i - 1}", f"dec:d{i - 1}") for i in range(1, 60))
    write_model(folder, "m0", decision("d0", '"abcdefghij"') + "".join(doubled))


def import_twice_each(folder: Path) -> None:
    for i in range(24):
        below = f"m{i + 1}"
        write_model(folder, f"m{i}", importing(below, "one") + importing(below, "two") + decision(f"a{i}", "1"))
    write_model(folder, "m24", decision("a24", "1"))


def nest_types(folder: Path) -> None:
    parts = "<itemComponent name='c'>" * 200 + "<typeRef>string</typeRef>" + "</itemComponent>" * 200
    write_model(folder, "m0", f"<itemDefinition name='t'>{parts}</itemDefinition>" + decision("a", "1", type_="t"))


def chain_types(folder: Path) -> None:
    types = (
        f"<itemDefinition name='t{i}' isCollection='true'><typeRef>t{i + 1}</typeRef></itemDefinition>"
        for i in range(400)
    )
    last = "<itemDefinition name='t400'><typeRef>string</typeRef></itemDefinition>"
    write_model(folder, "m0", "".join(types) + last + decision("a", "1", type_="t0"))


def multiply_types(folder: Path) -> None:
    types = (
        f"<itemDefinition name='t{i}'>"
        + "".join(f"<itemComponent name='c{k}'><typeRef>t{i + 1}</typeRef></itemComponent>" for k in range(8))
        + "</itemDefinition>"
        for i in range(12)
    )
    last = "<itemDefinition name='t12'><typeRef>string</typeRef></itemDefinition>"
    write_model(folder, "m0", "".join(types) + last + decision("a", "1", type_="t0"))


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (import_twice_each, "imports lead to other models in more than 500 ways"),
        (nest_types, "the type 'c' has more than 10,000 parts, or more than 60 in each other"),
        (chain_types, "the type 't0' has more than 10,000 parts, or more than 60 in each other"),
        (multiply_types, "the type 't7' has more than 10,000 parts, or more than 60 in each other"),
    ],
)
def test_what_would_be_too_large_is_refused(write: Callable[[Path], None], message: str, tmp_path: Path) -> None:
    write(tmp_path)
    model = dmn_engine.load(tmp_path / "m0.dmn")
    assert message in {item.message for item in model.diagnostics}
    model.check()
    list(model.list_names())


def test_long_texts_are_laid_out_in_proportion_to_their_length(tmp_path: Path) -> None:
    double_texts(tmp_path)
    model = dmn_engine.load(tmp_path / "m0.dmn")
    result = model.evaluate({}, decision="d16")
    assert len(render_plan(build_plan(result, model.tables))) > 1_000_000
    assert [error.message for error in model.evaluate({}, decision="d17").errors] == [
        "the text would be longer than 1000000 characters"
    ]
