"""Run the conformance kit with its progress and its errors on stderr, and write the files to hand in."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

from dmn_cli.output import show_error, write_output
from dmn_cli.progress import show_progress
from dmn_cli.user_error import UserError
from dmn_engine.api import VERSION
from dmn_engine.conformance import FolderRun, list_folders, run_folder
from dmn_engine.conformance.submission import format_properties, format_results
from dmn_engine.loading import show_path


def run_kit(place: Path, words: Sequence[str]) -> list[FolderRun]:
    """Run the folders whose names contain one of the words. Raises UserError where there is none."""
    try:
        folders = [folder for folder in list_folders(place) if not words or any(word in folder.name for word in words)]
    except FileNotFoundError as error:
        raise UserError("no-kit", str(error), str(place), help="name the folder of the kit, or of one test") from None
    if not folders:
        message = f"no test of the kit has {' or '.join(words)} in its name" if words else "there are no tests in it"
        raise UserError("no-kit", message, str(place), help="a test is a folder of .dmn and .xml files")
    runs = []
    for folder in show_progress(folders, "tests", is_alone=True):
        run = run_folder(folder, show_path(folder.path))
        runs.append(run)
    for run in runs:
        for failure in run.errors:
            show_error(failure)
    return runs


def write_report(runs: Sequence[FolderRun], file: Path) -> None:
    """Write tck_results.csv, and its .properties beside it, in which the vendor's own lines are kept."""
    write_output([format_results(runs)], file)
    properties = file.with_suffix(".properties")
    known = {
        "product.name": "dmn-engine",
        "product.version": VERSION,
        "last.update": datetime.date.today().isoformat(),
    }
    previous = properties.read_text(encoding="utf-8") if properties.is_file() else ""
    write_output([format_properties(known, previous)], properties)
