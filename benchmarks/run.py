"""Speeds as ratios measured in one run, so that they hold on any machine: `python benchmarks/run.py`.

Each line: what, the measured value, the bound it must keep, and whether it does. Exit code 1 where one does not.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATIENT = ROOT / "examples" / "patients" / "hr_positive_first_line.json"
COMPLETE = ROOT / "benchmarks" / "complete_record.json"


def time_process(*arguments: str) -> float:
    """The median wall time in seconds of a fresh process."""

    def run() -> float:
        begin = time.perf_counter()
        subprocess.run(arguments, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - begin

    run()
    return statistics.median(run() for _ in range(7))


def time_call(function: Callable[[], object], repeats: int) -> float:
    """The best mean time in seconds of a call."""

    def run() -> float:
        begin = time.perf_counter()
        for _ in range(repeats):
            function()
        return (time.perf_counter() - begin) / repeats

    run()
    return min(run() for _ in range(5))


def empty() -> None:
    """What a call costs that does nothing."""


def measure_start() -> list[tuple[str, float, float, str]]:
    """Cold starts, as multiples of importing pandas."""
    pandas = time_process(sys.executable, "-c", "import pandas")
    dmn = str(Path(sys.executable).parent / "dmn")
    help_ = time_process(dmn, "--help") / pandas
    evaluate = time_process(dmn, "evaluate", str(PATIENT)) / pandas
    return [
        ("dmn --help, cold / import pandas", help_, 0.5, ""),
        ("dmn evaluate of one patient, cold / import pandas", evaluate, 2.0, ""),
    ]


def measure_evaluation() -> list[tuple[str, float, float, str]]:
    """The care plan of one record in a warm process, in milliseconds, and what missing fields cost."""
    import dmn_engine

    model = dmn_engine.load(ROOT / "tables", schemas=ROOT / "schemas")
    record = json.loads(COMPLETE.read_text(encoding="utf-8"))
    patient = json.loads(PATIENT.read_text(encoding="utf-8"))
    warm = time_call(lambda: model.evaluate(record), 200) * 1000
    some = time_call(lambda: model.evaluate(patient), 20) * 1000
    none = time_call(lambda: model.evaluate({}), 3) * 1000
    return [
        ("care plan of a complete record, warm", warm, 3.0, " ms"),
        ("care plan of an example patient, warm", some, 2000.0, " ms"),
        ("care plan of the empty record, warm", none, 2000.0, " ms"),
    ]


FEEL = (
    ("1 + 1", 20.0),
    ("x + 1", 20.0),
    ("x < 3", 20.0),
    ("c.a", 20.0),
    ("items[1]", 25.0),
    ("count(items)", 40.0),
    ('contains(s, "x")', 40.0),
    ("abs(x)", 40.0),
    ("max(x, 3)", 100.0),
    ("substring(s, 2, 3)", 150.0),
    ("sum(numbers)", 120.0),
    ("numbers[item > 3]", 400.0),
    ("for n in numbers return n * 2", 500.0),
)
"""Expressions and the most that one evaluation may cost, in calls of an empty Python function (`numbers` has ten)."""


def measure_feel() -> list[tuple[str, float, float, str]]:
    """Compiled FEEL, in calls of an empty Python function."""
    from dmn_engine import feel
    from dmn_engine.diagnostics import Diagnostics, Source
    from dmn_engine.feel.compiler import compile_expression
    from dmn_engine.feel.parser import parse_expression
    from dmn_engine.feel.types import ANY

    given = {"x": 4, "c": {"a": 1}, "items": [True, False], "numbers": list(range(10)), "s": "axbxc"}
    variables = {name: feel.from_python(value) for name, value in given.items()}
    names = dict.fromkeys(given, ANY)
    call = time_call(empty, 100_000)
    lines = []
    for text, bound in FEEL:
        node = parse_expression(Source(text), names, Diagnostics())
        assert node is not None
        program = compile_expression(node, Source(text), names)
        cost = time_call(partial(program.evaluate, variables, []), 20_000) / call
        lines.append((f"compiled `{text}` / an empty call", cost, bound, ""))
    return lines


def measure_kit() -> list[tuple[str, float, float, str]]:
    """Reading and compiling every model of the conformance kit, in seconds; nothing where the kit is not there."""
    from dmn_engine.compile.definitions import compile_definitions
    from dmn_engine.formats.dmn_xml import read_library

    kit = Path(os.environ.get("DMN_TCK", ROOT / ".." / "shared" / "tck"))
    models = sorted(kit.glob("compliance-level-*/*/*.dmn"))
    begin = time.perf_counter()
    for model in models:
        library = read_library(model, model.name)
        compile_definitions(library[0], library[1:])
    taken = time.perf_counter() - begin
    return [(f"reading and compiling {len(models)} models of the TCK", taken, 20.0, " s")] if models else []


def main() -> int:
    lines = [*measure_start(), *measure_evaluation(), *measure_feel(), *measure_kit()]
    for what, value, bound, unit in lines:
        mark = "ok" if value <= bound else "OVER"
        print(f"{what:56} {value:9.3f}{unit:3}  bound {bound:g}{unit}  {mark}")
    return 1 if any(value > bound for _, value, bound, _ in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
