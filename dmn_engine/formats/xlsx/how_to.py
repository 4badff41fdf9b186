"""The sheet `How to`: all that a clinician needs in order to change a table, on one printed page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmn_engine.formats.xlsx import styling
from dmn_engine.model.workbook_source import Role

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

TITLE = "How to read and change these tables"

_PAGE = """
# A table
Decision, Question | The name of what the table decides, and the question that it answers.
Hit policy | The first cell of the dark row: what holds when several rules match. Unique: only one may.
 | Any: all must agree. First: the highest row wins. Priority: the first listed output wins.
 | Collect, Rule order, Output order: every match counts. C+ C< C> C#: sum, least, greatest, number.
When | A condition. A rule matches a patient when all of its When cells hold.
Then, Use | The answer of the rule. Use: the name of another decision, which then gives the answer.
Why | For people. Basis (source, inferred or silent), Source (ids of the sheet References), Note, Status.
Rule | One row a rule, each with an id that is never used again. The first blank row ends the table.
Values, Default | Rows below the labels, if needed: the allowed values; the answer where no rule matches.
# A When cell
- | Any value, also a missing one. Never leave a When cell empty: an empty cell is an error.
positive | This value. Capitals and blanks do not matter; the value must be on the column's list.
positive, unknown | One of these values, with commas between them.
not(positive) | Every value but this one; not(positive, unknown) for several.
yes      no | For a column that is answered with yes or no.
2      >= 2      < 1.5 | A number, or a bound. Always a decimal point; no thousands separator.
[2..10]      [2..10) | From 2 to 10; from 2 to below 10. Never 2-10: it does not say whether 10 counts.
bleeding, pain | Where a patient can have several values: one of these. all(bleeding, pain): both. none: no value.
"HR+, treated" | Straight quotes around a value that has a comma or bracket in it.
# A Then cell
first line | The text itself. In a column with listed values, one of these.
taxane, platinum | In a column that takes several: separated by commas or line breaks.
:= Dose * 0.8 | A calculation begins with :=. In a number column that is optional if it names a field or decision.
# Keep
Text stays text | Cells are formatted as Text, so that 1-2 or 3/4 does not become a date. Keep this format.
Merged cells | Only in When and Why columns, downwards: the text then holds for each row. Never merge a Then cell.
No formulas, no colours | A formula is an error. Colours, comments and pictures are not read: write a Note instead.
Deleting | Delete the whole row. Struck-through text is an error; hidden rows and columns still count.
Tests | Example patients: When cells are what is known (empty: missing), Then cells what must come out:
 | a value; a, b: at least these; only: a, b; not: a; none; undetermined; needs: Field.
About | Version, owner, review. A table that is not approved says so in every answer that it gives.
# Check your change
dmn check | Save the file, then type this in the folder above `tables`. Each error names file, sheet and cell:
 | tables/subtype.xlsx!Subtype!C7: error value-not-listed: `postive` is not a value of HER2 status
 |     help: did you mean `positive`?
dmn test | Runs the example patients of the sheets Tests.
dmn evaluate patient.json | The care plan of one patient, with the rule and the reason for every line.
"""


def _read_page(page: str) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    sections = []
    for part in page.strip().removeprefix("# ").split("\n# "):
        title, *lines = part.splitlines()
        pairs = (line.partition(" | ") for line in lines)
        sections.append((title, tuple((left.strip(), right) for left, _, right in pairs)))
    return tuple(sections)


SECTIONS = _read_page(_PAGE)
"""The page by section: its title, and its lines as what stands on the left and on the right."""


def write_how_to(sheet: Worksheet) -> None:
    """Fill the sheet and set it up for one page."""
    row = 1
    cell = styling.cell_at(sheet, row, 1)
    cell.value = TITLE
    styling.style_title(cell, wrap=False)
    for title, lines in SECTIONS:
        row += 1
        sheet.row_dimensions[row].height = 6
        row += 1
        for column, text in ((1, title), (2, "")):
            cell = styling.cell_at(sheet, row, column)
            cell.value = text or None
            styling.style_label(cell, Role.WHEN)
        for left, right in lines:
            row += 1
            for column, text in ((1, left), (2, right)):
                cell = styling.cell_at(sheet, row, column)
                if text:
                    cell.value, cell.data_type, cell.number_format = text, "s", "@"
                styling.style_text(cell, bold=column == 1)
    styling.set_widths(sheet, (28, 106))
    styling.set_up_page(sheet, portrait=False, one_page=True)
