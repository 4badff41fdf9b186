"""Where things stand in a workbook: from the grids of its sheets to a WorkbookSource. Knows cells and labels, no FEEL.

The layout, exactly. Words in the layout (sheet names, bands, first-column words, header labels) are read without
regard to case, outer and repeated blanks. Everything that is not understood is reported with its cell.

Sheet `About` - column A a key, column B its value, one row each, in any order; blank rows are free:
    Id | Title | Question | Version | Status | Owner | Reviewed by | Review date | Effective from | Review due |
    Source | Notes
  `Status` is one of draft, in review, approved, retired. All keys should have a row; Id, Title, Version and Status
  need a value.

Sheet `How to` - for people; not read.

Table sheets - every other sheet. One table or more, one below the other, with a blank row between them. A table:
    Decision  | its name
    Question  | free text (row optional)
    Unique    | When   | When   | Then   | Why   | Why    | Why       <- bands; first cell: the hit policy
    Rule      | label  | label  | label  | Basis | Source | Note      <- labels
    Values    | ...    |        | ...    |       |        |           <- row optional: allowed values, by column
    Default   |        |        | ...    |       |        |           <- row optional: output where no rule matches
    CI-1      | cell   | cell   | cell   | cell  | cell   | cell      <- one row a rule, its id in the first column
  - The first blank row ends the rules. Blank rows are also free between `Decision`, `Question` and the bands.
  - Hit policy: Unique, Any, Priority, First, Rule order, Output order, Collect, or U A P F R O C C+ C< C> C#.
  - Bands: `When` (condition), `Then` (output), `Use` (the output is another decision, by its name), `Why`
    (annotation). A band may be merged over its columns. Every column needs a band and a label.
  - A When or Why cell merged downwards holds for all its rows. Merged ids, Then and Use cells, and cells merged
    sideways, are errors. A blank cell below is not a repetition: it is empty.
  - A label is used once in its table. Standard Why labels: Basis, Source, Note, Status.
  - A table may begin in any column; nothing else may stand beside it, and no loose text below it.

Sheet `Tests` - example patients, laid out as a table without a hit policy; more blocks may follow after a blank row:
              | When             | When      | Then                   | Then                              | Why
    Test      | Subtype          | Age       | Chemotherapy indicated | Systemic therapy options: Regimen | Note
    crisis    | HR+/HER2-        | 54        | yes                    | ...                               | free text
  - The first cell of the band row is blank or `Test`; the first label is `Test` or `Name`; names are unique.
  - When: a field by title or name, with the value it has. An empty cell (or `-`) means that the field is missing.
  - Then: a decision, or `Decision: output column`, with the value it must have. An empty cell (or `-`) is not tested.
    A row needs at least one. Why: for people, not read.

Sheet `Safety` - header row, then one row each; columns in any order; blank rows are free:
    Id | Statement | Condition | Rationale                  (Rationale may be left out)

Sheet `References` - the same:
    Id | Citation | Number in the source | Link | Grade | Scale | Accessed      (Id and Citation are needed)
"""
