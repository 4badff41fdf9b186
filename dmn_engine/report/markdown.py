"""Write diagnostics and care plans as Markdown, for pull requests and notes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from dmn_engine.diagnostics import Diagnostic
from dmn_engine.model.result import FiredRule, Status
from dmn_engine.report.plan import Line, Plan, Refused, Section
from dmn_engine.report.text import count_findings, show_visibly
from dmn_engine.report.wording import (
    NOT_APPROVED,
    SUPPORT,
    describe_book,
    list_conditions,
    name_rule,
    shorten_places,
    show_basis,
    show_condition,
    show_status,
)

_SPECIAL = re.compile(r"[\\`*\[\]<|~&]|(?<![^\W_])_|_(?![^\W_])")


def render_findings(diagnostics: Iterable[Diagnostic]) -> str:
    """A table of the findings and their count."""
    items = list(diagnostics)
    rows = [
        f"| {item.severity.value} | {_code(str(item.source.origin))} | {_cell(item)} | {_escape(item.code)} |"
        for item in items
    ]
    table = ["| Severity | Place | Finding | Code |", "| --- | --- | --- | --- |", *rows, ""] if rows else []
    return "\n".join([*table, count_findings(items)])


def render_plan(plan: Plan, *, explain: bool = False) -> str:
    """The whole plan, without a final line break."""
    return "\n".join(_write_plan(plan, explain))


def render_refused(refused: Refused) -> str:
    """A record without an answer, without a final line break."""
    lines = [f"# {_escape(refused.title)}", "", *_list_labels(refused.labels)]
    return "\n".join([*lines, *(f"- **{_escape(error)}**" for error in refused.errors)])


def _list_labels(labels: tuple[tuple[str, str], ...]) -> list[str]:
    """A line for each label, and a blank one."""
    lines = [f"- {_escape(name)}: **{_escape(text)}**" for name, text in labels]
    return [*lines, ""] if lines else []


def _write_plan(plan: Plan, explain: bool) -> Iterator[str]:
    yield f"# {_escape(plan.heading)}"
    yield ""
    if plan.unapproved:
        yield f"> **{NOT_APPROVED} for clinical use:** {_escape(plan.unapproved_books)}."
        yield ">"
    yield f"> {SUPPORT}"
    for note in plan.result.notes:
        yield f">\n> Note: {_escape(shorten_places(note))}"
    if plan.result.errors:
        yield "\n## Errors: the decisions concerned have no answer\n"
        yield from (
            f"- **{_code(shorten_places(error.origin))} {_escape(error.message)}**" for error in plan.result.errors
        )
    yield "\n## Patient\n"
    yield from _list_labels(plan.labels)
    if plan.given:
        yield "| Input | Value |\n| --- | --- |"
        yield from (f"| {_escape(title)} | {_escape(shown)} |" for title, shown in plan.given)
    else:
        yield "Nothing is known."
    if plan.questions:
        yield "\n## Find out: this would settle what is open\n"
        for number, question in enumerate(plan.questions, 1):
            decides = f" Decides: {_escape(', '.join(question.decides))}." if question.decides else ""
            yield f"{number}. **{_escape(question.asked)}** {_escape(question.description)}{decides}".rstrip()
    for section in plan.sections:
        yield from _write_section(section, plan, explain)
    if plan.supporting:
        yield "\n## How this was reached\n"
        for section in plan.supporting:
            yield from _write_supporting(section, plan)
    if plan.sources:
        yield "\n## Sources\n"
        yield from (f"- \\[{_escape(id)}\\] {_escape(citation)}" for id, citation in plan.sources)
    yield "\n## Tables\n"
    yield from (
        f"- {_code(book.file)}: {_escape(describe_book(book.version, book.review, book.sha256))}" for book in plan.books
    )
    yield f"\ndmn-engine {_escape(plan.result.engine)}. {_escape(plan.result.disclaimer)}"


def _write_section(section: Section, plan: Plan, explain: bool) -> Iterator[str]:
    state = "" if section.status is Status.DETERMINED else f": {show_status(section.status)}"
    yield f"\n## {_escape(section.title)}{state}\n"
    if section.question:
        yield f"*{_escape(section.question)}*\n"
    yield from (f"- **{_escape(error.message)}**" for error in section.errors)
    common = section.common_rules
    for line in section.ordered_lines:
        yield from _write_line(line, common, plan, explain)
    if not section.lines and section.status is Status.DETERMINED:
        yield "- none"
    if section.open_needs:
        yield f"- needs {_escape(section.open_needs)}"
    yield from (f"\nChosen by {_name(rule, plan)}" for rule in common)


def _write_line(line: Line, common: tuple[FiredRule, ...], plan: Plan, explain: bool) -> Iterator[str]:
    tag = f" ({_escape(line.tag)})" if line.tag else ""
    open_ = "" if line.certain else f"possible, needs {_escape(', '.join(line.needs))}: "
    yield f"- {open_}**{_escape(line.text)}**{tag}"
    yield from (f"  - {_escape(label)}: {_escape(text)}" for label, text in line.details)
    for place, rule in enumerate(line.rules):
        if place == 0:
            yield f"  - Why: {_escape(show_basis(rule))}; {_name(rule, plan)}"
            if rule.note:
                yield f"  - Note: {_escape(rule.note)}"
        elif rule not in common:
            yield f"  - Chosen by {_name(rule, plan)}"
        if explain and (place == 0 or rule not in common):
            yield from (f"    - {_escape(show_condition(item))}" for item in list_conditions(rule.conditions))


def _write_supporting(section: Section, plan: Plan) -> Iterator[str]:
    sure = section.lines if section.status is Status.DETERMINED else ()
    rules = dict.fromkeys(_name(rule, plan) for line in sure for rule in line.rules)
    yield f"- {_escape(section.title)}: {_escape(section.summary)}" + "".join(f" ({rule})" for rule in rules)


def _name(rule: FiredRule, plan: Plan) -> str:
    return _escape(name_rule(rule, plan.result.review))


def _cell(item: Diagnostic) -> str:
    parts = [_escape(item.message)]
    if item.source.text:
        parts.append(_code(item.source.text))
    parts += [f"see {_code(str(source.origin))}: {_escape(words)}" for source, words in item.related]
    if item.help:
        parts.append(f"help: {_escape(item.help)}")
    if item.follows:
        parts.append(f"follows from {_code(item.follows)}")
    return "<br>".join(parts)


def _code(text: str) -> str:
    """A code span that no backtick or bar in the text can end."""
    text = show_visibly(" ".join(text.splitlines())).replace("|", "\\|")
    if not text:
        return ""
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    blank = " " if "`" in text else ""
    return f"{fence}{blank}{text}{blank}{fence}"


def _escape(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", show_visibly(" ".join(text.splitlines())))
