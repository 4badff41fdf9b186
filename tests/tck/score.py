"""The score of the TCK as a table: `python -m tests.tck.score [FOLDER ...] [--failures] [--write-floor]`."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from .kit import KIT, list_folders, name_folder, run_folder

FLOOR = Path(__file__).parents[1] / "cases" / "tck" / "floor.toml"


def main() -> None:
    """Run the kit, or the folders whose names contain one of the words, and print passed / cases of each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*", help="parts of folder names; none for all")
    parser.add_argument("--failures", action="store_true", help="print every failing case")
    parser.add_argument("--write-floor", action="store_true", help="record the score as the floor")
    options = parser.parse_args()
    started = time.perf_counter()
    floor: dict[str, int] = {}
    total = 0
    for folder in list_folders(KIT):
        name = name_folder(folder)
        if options.words and not any(word in name for word in options.words):
            continue
        cases, failures = run_folder(folder)
        floor[name] = cases - len(failures)
        total += cases
        if failures or options.words:
            print(f"{name:70} {cases - len(failures):4} / {cases}")
        if options.failures:
            for failure in failures:
                print("   ", failure)
    print(f"{sum(floor.values())} of {total} cases pass, {time.perf_counter() - started:.1f} s")
    if options.write_floor:
        FLOOR.write_text(_format_floor(floor), encoding="utf-8")


def _format_floor(floor: dict[str, int]) -> str:
    lines = ["# Cases of the TCK that pass, by folder. A number here may only rise.", "[passes]"]
    return "\n".join([*lines, *(f'"{name}" = {count}' for name, count in sorted(floor.items()) if count)]) + "\n"


if __name__ == "__main__":
    main()
