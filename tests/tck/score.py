"""Record the score of the kit as the floor: `python -m tests.tck.score` (`dmn tck FOLDER` shows it)."""

from __future__ import annotations

from dmn_engine.conformance import list_folders, run_folder

from .kit import FLOOR, KIT


def main() -> None:
    """Run the whole kit and write how many cases of each folder pass."""
    runs = [run_folder(folder) for folder in list_folders(KIT)]
    lines = ["# Cases of the TCK that pass, by folder. A number here may only rise.", "[passes]"]
    lines += sorted(f'"{run.folder.name}" = {run.passed}' for run in runs if run.passed)
    FLOOR.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
