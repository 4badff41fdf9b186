"""The two files of a vendor's submission to the kit's table of results: tck_results.csv and tck_results.properties.

The format is that of the kit's own runner: a line for each case, without a heading, every cell in double quotes:
folder as `level/test`, file of cases without its ending, id of the case, SUCCESS or ERROR, and the reason.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

from dmn_engine.conformance.kit import FolderRun

PRODUCT_KEYS = ("vendor.name", "vendor.url", "product.name", "product.version", "product.url", "product.comment")
PROPERTY_KEYS = (*PRODUCT_KEYS, "instructions.url", "last.update")
"""The properties of a vendor in the table of results, in order."""


def format_results(runs: Iterable[FolderRun]) -> str:
    """The lines of tck_results.csv."""
    stream = io.StringIO()
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
    for run in runs:
        for verdict in run.verdicts:
            result = "SUCCESS" if verdict.passes else "ERROR"
            writer.writerow([run.folder.name, verdict.file, verdict.case, result, " ".join(verdict.detail.split())])
    return stream.getvalue()


def format_properties(known: Mapping[str, str], previous: str = "") -> str:
    """The lines of tck_results.properties; those not in `known` come from the `previous` text, else are empty."""
    kept = dict(_split_line(line) for line in previous.splitlines() if "=" in line and not line.startswith("#"))
    values = {**dict.fromkeys(PROPERTY_KEYS, ""), **kept, **known}
    return "".join(f"{key}={value}\n" for key, value in values.items())


def _split_line(line: str) -> tuple[str, str]:
    key, _, value = line.partition("=")
    return key.strip(), value.strip()
