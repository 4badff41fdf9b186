"""Options that commands share, and how tables are loaded by them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from dmn_engine.api import Model, Overlaps

path = click.Path(path_type=Path)

tables_option = click.option(
    "--tables",
    type=path,
    default=Path("tables"),
    show_default=True,
    help="Folder of workbooks, or one workbook; or a model in DMN (.dmn), or a folder of them.",
)
schemas_option = click.option(
    "--schemas",
    type=path,
    help="Folder of the data dictionary patient.schema.json.  [default: x.schema.json beside x.xlsx, or schemas]",
)
overlaps_option = click.option(
    "--overlaps",
    type=click.Choice(["error", "first"]),
    default="error",
    show_default=True,
    help="What several matching rules of a Unique table mean: an error, or (models only) that the first one counts.",
)
output_option = click.option(
    "-o", "--output", type=path, help="Write to this file, whole or not at all, instead of stdout."
)
fail_level_option = click.option(
    "--fail-level",
    type=click.Choice(["error", "warning", "note"]),
    default="error",
    show_default=True,
    help="The least severity that makes the exit code 1.",
)


def find_set(place: Path) -> Path:
    """The tables that a path belongs to: the folder `tables` it is in, because tables use each other; else itself."""
    above = [folder for folder in (place.absolute(), *place.absolute().parents) if folder.name == "tables"]
    inside = bool(above) and place.exists() and place.absolute() != above[-1]
    if not inside or place.suffix.lower() == ".dmn":
        return place
    here = Path.cwd()
    return above[-1].relative_to(here) if above[-1].is_relative_to(here) else above[-1]


def load_tables(tables: Path, schemas: Path | None = None, overlaps: Overlaps = "error") -> Model:
    """Load what is at the paths; a path that does not exist is reported before anything is read."""
    from dmn_cli.user_error import UserError

    wanted = schemas or _find_schemas(tables)
    for place, option, what in ((tables, "", "tables"), (wanted, " with `--schemas`", "schemas")):
        if place is not None and not place.exists():
            help = f"run dmn where the folder {what} is, or give its path{option}"
            raise UserError(f"no-{what}", f"there is no file or folder {place}", str(place), help=help)
    import dmn_engine

    return dmn_engine.load(tables, schemas=wanted, overlaps=overlaps)


def _find_schemas(tables: Path) -> Path | None:
    """The folder `schemas`; none where the tables bring their own: models in DMN, a workbook with its own schema."""
    from dmn_engine.loading import find_own_schema, list_models, load_foreign

    default = Path("schemas")
    if not tables.exists() or (find_own_schema(tables) is None and not list_models(tables)):
        is_model = not default.exists() and tables.is_file() and load_foreign(tables) is not None
        return None if is_model else default
    return None
