"""Measures which small changes of the engine its tests notice: `python -m tests.mutation.run [GROUP ...]`.

For each group of modules in targets.toml a fixed sample of mutants runs against the tests nearest to them. A mutant
that no test notices is a survivor; those that were shown to be equivalent are in equivalents.toml, with the reason.
The edits of named.toml are mistakes that once went unnoticed: each is tried against the tests that must notice it.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.forked import try_mutants
from tests.mutation.hooked import find_source
from tests.mutation.operators import Mutant, list_mutants, read_edits

FOLDER = Path(__file__).parent
SEED = 20261129
NAMED = "named"
LIMIT = 300
"""Seconds for the tests with one mutant: what takes longer is noticed."""


@dataclass(frozen=True, slots=True)
class Group:
    """Modules, the tests nearest to them, and how many of their mutants are tried."""

    name: str
    modules: tuple[str, ...]
    tests: tuple[str, ...]
    sample: int


def read_groups() -> list[Group]:
    """The groups of targets.toml; a module `package.*` is every module of the package."""
    text = tomllib.loads((FOLDER / "targets.toml").read_text())
    return [
        Group(name, tuple(_expand(item["modules"])), tuple(item["tests"]), item.get("sample", 60))
        for name, item in text.items()
    ]


def _expand(modules: list[str]) -> list[str]:
    found: list[str] = []
    for module in modules:
        if module.endswith(".*"):
            folder = Path(*module[:-2].split("."))
            found += [_name(path) for path in sorted(folder.rglob("*.py"))]
        else:
            found.append(module)
    return found


def _name(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def choose_mutants(group: Group, size: int | None, seed: int = SEED) -> list[Mutant]:
    """The group's sample: chosen by the text of the changes, so that an edit elsewhere changes no choice."""
    places: dict[str, Mutant] = {}
    repeats: Counter[tuple[str, str, str]] = Counter()
    for module in group.modules:
        lines = find_source(module).read_text().splitlines()
        for mutant in list_mutants(module, "\n".join(lines)):
            text = describe(mutant, lines)
            repeats[text] += 1
            places[hashlib.sha256(f"{seed}{text}{repeats[text]}".encode()).hexdigest()] = mutant
    return [places[digest] for digest in sorted(places)][: group.sample if size is None else size]


def survives(mutant: str, tests: tuple[str, ...], limit: float) -> bool:
    """Whether all tests pass with the mutant; one that takes longer than `limit` seconds is noticed."""
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, "-m", "tests.mutation.hooked", mutant, "pytest", "-q", "-x", "--no-header"]
        command += ["-p", "no:cacheprovider", "--hypothesis-seed=0", f"--basetemp={scratch}/tests", *tests]
        environment = os.environ | {"HYPOTHESIS_STORAGE_DIRECTORY": f"{scratch}/hypothesis"}
        try:
            run = subprocess.run(command, capture_output=True, timeout=limit, env=environment, check=False)
        except subprocess.TimeoutExpired:
            return False
    return run.returncode == 0


def read_equivalents() -> dict[tuple[str, str, str], str]:
    """The reason for each survivor that changes no answer, by module, line of code and change."""
    file = FOLDER / "equivalents.toml"
    rows = tomllib.loads(file.read_text()).get("equivalent", []) if file.is_file() else []
    return {(row["module"], row["code"], row["change"]): row["reason"] for row in rows}


def describe(mutant: Mutant, lines: list[str] | None = None) -> tuple[str, str, str]:
    """What identifies a mutant although lines move: its module, the text of its line, its change."""
    lines = lines or find_source(mutant.module).read_text().splitlines()
    return mutant.module, lines[mutant.line - 1].strip() if mutant.line else "", mutant.change


def run_group(group: Group, size: int | None, workers: int, seed: int = SEED) -> float:
    """Try the group's mutants, print its survivors and return the share that was noticed."""
    mutants, equivalents = choose_mutants(group, size, seed), read_equivalents()
    counted = [mutant for mutant in mutants if describe(mutant) not in equivalents]
    alive, others = try_mutants(counted, group.tests, workers, LIMIT)
    imported = [mutant for mutant in counted if mutant.id in others]
    with ThreadPoolExecutor(workers) as pool:
        verdicts = list(pool.map(lambda mutant: survives(mutant.id, group.tests, LIMIT), imported))
    alive += [mutant.id for mutant, survived in zip(imported, verdicts, strict=True) if survived]
    for mutant in counted:
        if mutant.id in alive:
            _, line, change = describe(mutant)
            print(f"  survives  {mutant.id}  line {mutant.line}  {change}\n            {line}", flush=True)
    noticed = 1 - len(alive) / max(1, len(counted))
    skipped = len(mutants) - len(counted)
    print(f"{group.name}: {noticed:.0%} of {len(counted)} mutants noticed, {skipped} equivalent", flush=True)
    return noticed


def run_named(workers: int) -> float:
    """Try each edit of named.toml against its tests, print the survivors and return the share that was noticed."""
    edits = read_edits()
    for edit in edits:
        edit.apply(find_source(edit.module).read_text())
    with ThreadPoolExecutor(workers) as pool:
        alive = [*pool.map(lambda place: survives(f"named:{place}", edits[place].tests, LIMIT), range(len(edits)))]
    for edit, survived in zip(edits, alive, strict=True):
        if survived:
            print(f"  survives  {edit.name}", flush=True)
    print(f"{NAMED}: {len(edits) - sum(alive)} of {len(edits)} edits noticed", flush=True)
    return 1 - sum(alive) / len(edits)


def main() -> None:
    """Run the groups that are named, or all, and the named edits; exit 1 where a share is under the bound."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("groups", nargs="*")
    parser.add_argument("--sample", type=int, help="mutants for each group; more than there are: all")
    parser.add_argument("--seed", type=int, default=SEED, help="another one chooses other mutants")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--bound", type=float, default=0.95)
    chosen = parser.parse_args()
    groups = [group for group in read_groups() if not chosen.groups or group.name in chosen.groups]
    shares = [run_group(group, chosen.sample, chosen.workers, chosen.seed) for group in groups]
    if not chosen.groups or NAMED in chosen.groups:
        shares.append(run_named(chosen.workers))
    sys.exit(any(share < chosen.bound for share in shares))


if __name__ == "__main__":
    main()
