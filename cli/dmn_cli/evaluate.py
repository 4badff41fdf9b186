"""`dmn evaluate`: answers for one patient or many."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmn_cli.options import load_tables, output_option, overlaps_option, schemas_option, tables_option

if TYPE_CHECKING:
    from dmn_engine.api import Mode, Overlaps

_FORMATS = click.Choice(["text", "json", "ndjson", "csv", "markdown", "html"])


@click.command(short_help="What the tables say for patients, with every reason.")
@click.argument("records", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@tables_option
@schemas_option
@click.option("--decision", metavar="NAME", help="The decision to answer.  [default: all that no other decision uses]")
@click.option(
    "--mode",
    type=click.Choice(["clinical", "dmn"]),
    help="What a missing field is: unknown (clinical, the default of workbooks), or null (dmn, that of models).",
)
@overlaps_option
@click.option("--id", "id", metavar="COLUMN", default="", help="The column that identifies the records.")
@click.option("--explain", is_flag=True, help="Show the matched cells with the values they met.")
@click.option(
    "--why-not",
    metavar="TEXT",
    help="Explain why a rule (by its id) or an output (by words of it) is not in the answer.",
)
@click.option("--format", "format", type=_FORMATS, default="text", show_default=True, help="How to write the answers.")
@output_option
def command(
    records: tuple[Path, ...],
    tables: Path,
    schemas: Path | None,
    decision: str | None,
    mode: Mode | None,
    overlaps: Overlaps,
    id: str,
    explain: bool,
    why_not: str | None,
    format: str,
    output: Path | None,
) -> int:
    """What the tables say for the RECORDS of one patient or many, with the reason for every line.

    RECORDS are files: .json (one record or a list), .ndjson, .csv, .xlsx or .parquet; - reads JSON from stdin. The
    names of the fields, or their titles, are in the data dictionary; a field that is left out is not known. With a
    model in DMN (`--tables x.dmn`) they are its input data; one that is left out is null there, and not known with
    `--mode clinical`. A column whose name begins with # (the name of a patient) is not read by any decision and
    repeated in every answer.

    \b
    Examples:
      dmn evaluate examples/patients/hr_positive_first_line_premenopausal.json
      dmn evaluate examples/patients/hr_positive_first_line_premenopausal.json --decision Subtype --explain
      dmn evaluate examples/patients/hr_positive_first_line_premenopausal.json --why-not alpelisib
      dmn evaluate examples/patients/hr_positive_first_line_premenopausal.json --format html -o plan.html
      dmn evaluate examples/tck/compliance-level-2/weight-class/person.json
          --tables examples/tck/compliance-level-2/weight-class/weight-class.dmn
    """
    from dmn_cli.evaluation import Evaluation
    from dmn_cli.output import write_output

    evaluation = Evaluation(load_tables(tables, schemas, overlaps), decision, mode, id)
    if why_not is not None:
        from dmn_cli.why_not import explain_why_not

        chunks = explain_why_not(evaluation, records, why_not, output)
    else:
        from dmn_engine.report.results import render_results

        chunks = render_results(evaluation.run(records), format, evaluation.layout(records, format, explain, output))
    write_output(chunks, output)
    return 1 if evaluation.has_failures else 0
