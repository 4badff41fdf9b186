"""The two files that a vendor hands in to the kit's table of results: tck_results.csv and tck_results.properties.

The form is that of the kit's own runner: a line for each case, without a heading, every cell in double quotes:
folder as `level/test`, file of cases without its ending, id of the case, SUCCESS or ERROR, and why.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

from dmn_engine.conformance.kit import FolderRun

PRODUCT_KEYS = ("vendor.name", "vendor.url", "product.name", "product.version", "product.url", "product.comment")
PROPERTY_KEYS = (*PRODUCT_KEYS, "instructions.url", "last.update")
"""What the table of results shows of a vendor, in the order in which it is written here."""


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
    """The lines of tck_results.properties; what `known` does not say is kept from the `previous` text, else empty."""
    kept = dict(_split_line(line) for line in previous.splitlines() if "=" in line and not line.startswith("#"))
    values = {**dict.fromkeys(PROPERTY_KEYS, ""), **kept, **known}
    return "".join(f"{key}={value}\n" for key, value in values.items())


def _split_line(line: str) -> tuple[str, str]:
    key, _, value = line.partition("=")
    return key.strip(), value.strip()
