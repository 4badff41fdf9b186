"""Workbooks as Markdown pages that reviewers can read in a pull request, and back.

Writing is in `writing`, reading in `reading`, the characters of a cell in `cells`, the parts of a page in `page`.

A page, exactly. Its first line is `<!-- dmn workbook -->`. Then come, under headings:

    ## About                       | Key | Value |, a row for each key of the page About
    ## Decision: NAME              a list of `- Sheet:` (optional), `- Question:` (optional) and `- Hit policy:`, then
                                   the table. The heading of a column is its band, `<br>` and its label, so that both
                                   stand above each other as in the workbook; that of the first is `Rule`. Rows whose
                                   first cell is `*Values*` or `*Default*` come first, then a row for each rule.
    ## Tests                       | Test | When<br>FIELD | Then<br>DECISION | Why<br>Note |; more may follow
    ## Safety                      | Id | Statement | Condition | Rationale |
    ## References                  | Id | Citation | Number in the source | Link | Grade | Scale | Accessed |

Cells are not padded: then a change of one cell changes one line, whatever its length.
A cell is a number, true or false, a date or a time where it is written exactly as such; else it is a text. What this
would get wrong says a comment behind the text, which is not seen on the rendered page: `007`, but `7<!-- text -->`,
`0.1<!-- shown 10% -->`. Line breaks are `<br>`; characters that Markdown reads are escaped as Markdown has it; blanks
at either end and characters that nobody sees are written as `&#32;`, `&nbsp;`, `&#x200B;`.
What the reader does not understand is an error with its line; it passes over no text.
"""
