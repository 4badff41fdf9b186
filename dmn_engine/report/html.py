"""Write care plans as one HTML page without other files: readable on a screen, by a screen reader and on paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from dmn_engine.model.result import FiredRule, Status
from dmn_engine.report.plan import Line, Plan, Refused, Section
from dmn_engine.report.text import show_visibly
from dmn_engine.report.wording import (
    INFERRED,
    NOT_APPROVED,
    SILENT,
    SUPPORT,
    describe_book,
    list_conditions,
    name_rule,
    shorten_places,
    show_basis,
    show_condition,
    show_status,
)

_STYLE = """
:root { color-scheme: light; --ink: #1b1b1b; --faint: #555; --rule: #c8c8c8; --warn: #7a4100; --warn-bg: #fff4e0;
  --bad: #8c0d0d; --bad-bg: #fdeaea; --head: #0b3d5c; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem; color: var(--ink); background: #fff;
  font: 1rem/1.5 system-ui, "Segoe UI", "Liberation Sans", Arial, sans-serif; overflow-wrap: break-word; }
h1 { margin: 0 0 .75rem; font-size: 1.6rem; color: var(--head); }
h2 { margin: 1.75rem 0 .5rem; font-size: 1.2rem; color: var(--head); border-bottom: 2px solid var(--rule); }
p { margin: .3rem 0; }
ul, ol { margin: .3rem 0; padding-left: 1.4rem; }
li { margin: .5rem 0; break-inside: avoid; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); gap: .15rem 1.5rem; margin: 0; }
dl div { display: flex; justify-content: space-between; gap: 1rem; border-bottom: 1px dotted var(--rule); }
dt { color: var(--faint); } dd { margin: 0; text-align: right; font-weight: 600; }
.banner { padding: .6rem .9rem; border-left: .4rem solid var(--warn); background: var(--warn-bg); }
.errors { padding: .6rem .9rem; border-left: .4rem solid var(--bad); background: var(--bad-bg); }
.errors h2, .error { color: var(--bad); }
.tag { display: inline-block; padding: 0 .5rem; border: 1px solid; border-radius: 1rem; font-size: .85rem; }
.answer { font-weight: 600; }
.open { color: var(--warn); font-weight: 600; }
.question, .reason, .condition { color: var(--faint); font-size: .9rem; }
.loud { color: var(--warn); font-weight: 600; }
code { font: .9em ui-monospace, "Liberation Mono", Consolas, monospace; }
footer { margin-top: 2rem; font-size: .9rem; }
@page { margin: 15mm; }
@media print { body { max-width: none; padding: 0; font-size: 9.5pt; line-height: 1.3; }
  h2 { margin-top: 1rem; break-after: avoid; } li { margin: .25rem 0; } p { margin: .1rem 0; }
  article + article { break-before: page; } .banner, .errors { border: 1px solid; border-left-width: .4rem; } }
""".strip()


def render_page(plans: Iterable[Plan | Refused], *, explain: bool = False) -> str:
    """One document with an article for each plan."""
    articles = list(plans)
    titles = dict.fromkeys(plan.title for plan in articles if isinstance(plan, Plan))
    title = " and ".join(titles) or ("No answers" if articles else "No records")
    written = (
        _write_refused(plan, number) if isinstance(plan, Refused) else _write_article(plan, number, explain)
        for number, plan in enumerate(articles, 1)
    )
    body = "\n".join("\n".join(lines) for lines in written)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(title)}</title>\n<style>\n{_STYLE}\n</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n"
        "</body>\n</html>"
    )


def _write_article(plan: Plan, number: int, explain: bool) -> Iterator[str]:
    yield f'<article aria-labelledby="plan-{number}">'
    yield f'<h1 id="plan-{number}">{_text(plan.heading)}</h1>'
    yield from _write_banner(plan)
    yield from _write_errors(plan)
    yield from _write_given(plan)
    yield from _write_questions(plan)
    for section in plan.sections:
        yield from _write_section(section, plan, explain)
    yield from _write_supporting(plan)
    yield from _write_sources(plan)
    yield from _write_footer(plan)
    yield "</article>"


def _write_refused(refused: Refused, number: int) -> Iterator[str]:
    yield f'<article aria-labelledby="plan-{number}">'
    yield f'<h1 id="plan-{number}" class="error">{_text(refused.title)}</h1>'
    yield from _write_labels(refused.labels)
    yield '<ul class="errors" role="alert">'
    yield from (f"<li>{_text(error)}</li>" for error in refused.errors)
    yield "</ul>\n</article>"


def _write_labels(labels: Iterable[tuple[str, str]]) -> Iterator[str]:
    pairs = [f"<div><dt>{_text(name)}</dt><dd>{_text(text)}</dd></div>" for name, text in labels]
    yield from ["<dl>", *pairs, "</dl>"] if pairs else []


def _write_banner(plan: Plan) -> Iterator[str]:
    if plan.unapproved:
        counts = _text(plan.unapproved_books)
        yield f'<p class="banner"><strong>{NOT_APPROVED} for clinical use:</strong> {counts}. {SUPPORT}</p>'
    else:
        yield f"<p>{SUPPORT}</p>"
    yield from (f'<p class="banner">Note: {_text(shorten_places(note))}</p>' for note in plan.result.notes)


def _write_errors(plan: Plan) -> Iterator[str]:
    if not plan.result.errors:
        return
    yield '<section class="errors" role="alert">\n<h2>Errors: the decisions concerned have no answer</h2>\n<ul>'
    for error in plan.result.errors:
        place = f"<code>{_text(error.origin)}</code> " if error.origin else ""
        shown = f"<br><code>{_text(error.text)}</code>" if error.text else ""
        yield f"<li>{place}{_text(error.message)}{shown}</li>"
    yield "</ul>\n</section>"


def _write_given(plan: Plan) -> Iterator[str]:
    yield "<section>\n<h2>Patient</h2>"
    yield from _write_labels(plan.labels)
    yield from _write_labels(plan.given)
    if not plan.given:
        yield "<p>Nothing is known.</p>"
    yield "</section>"


def _write_questions(plan: Plan) -> Iterator[str]:
    if not plan.questions:
        return
    yield "<section>\n<h2>Find out: this would settle what is open</h2>\n<ol>"
    for question in plan.questions:
        described = f"<br>{_text(question.description)}" if question.description else ""
        decides = f"<br>Decides: {_text(', '.join(question.decides))}" if question.decides else ""
        yield f"<li><strong>{_text(question.asked)}</strong>{described}{decides}</li>"
    yield "</ol>\n</section>"


def _write_section(section: Section, plan: Plan, explain: bool) -> Iterator[str]:
    state = "" if section.status is Status.DETERMINED else f' <span class="open">({show_status(section.status)})</span>'
    yield f"<section>\n<h2>{_text(section.title)}{state}</h2>"
    if section.question:
        yield f'<p class="question">{_text(section.question)}</p>'
    yield from (f'<p class="error">{_text(error.message)}</p>' for error in section.errors)
    common = section.common_rules
    if section.lines:
        yield "<ul>"
        for line in section.ordered_lines:
            yield from _write_line(line, common, plan, explain)
        yield "</ul>"
    elif section.status is Status.DETERMINED:
        yield "<p>none</p>"
    if section.open_needs:
        yield f'<p class="open">Needs: {_text(section.open_needs)}</p>'
    yield from (f'<p class="reason">Chosen by {_name(rule, plan)}</p>' for rule in common)
    yield "</section>"


def _write_line(line: Line, common: tuple[FiredRule, ...], plan: Plan, explain: bool) -> Iterator[str]:
    tag = f' <span class="tag">{_text(line.tag)}</span>' if line.tag else ""
    needs = f", needs {_text(', '.join(line.needs))}" if line.needs else ""
    open_ = "" if line.certain else f'<span class="open">Possible{needs}:</span> '
    yield f'<li>{open_}<span class="answer">{_text(line.text)}</span>{tag}'
    yield from (f"<p>{_text(label)}: {_text(text)}</p>" for label, text in line.details)
    for place, rule in enumerate(line.rules):
        if place == 0:
            basis = show_basis(rule)
            is_loud = basis.startswith((SILENT, INFERRED))
            shown = f'<span class="loud">{_text(basis)}</span>' if is_loud else _text(basis)
            yield f'<p class="reason">Why: {shown}; {_name(rule, plan)}</p>'
            if rule.note:
                yield f"<p>Note: {_text(rule.note)}</p>"
        elif rule not in common:
            yield f'<p class="reason">Chosen by {_name(rule, plan)}</p>'
        if explain and (place == 0 or rule not in common):
            yield from (
                f'<p class="condition">{_text(show_condition(item))}</p>' for item in list_conditions(rule.conditions)
            )
    yield "</li>"


def _write_supporting(plan: Plan) -> Iterator[str]:
    if not plan.supporting:
        return
    yield "<section>\n<h2>How this was reached</h2>\n<ul>"
    for section in plan.supporting:
        answer = _text(section.summary)
        if section.status is not Status.DETERMINED:
            answer = f'<span class="open">{answer}</span>'
        rules = dict.fromkeys(_name(rule, plan) for line in section.lines for rule in line.rules if line.certain)
        reasons = "".join(f'<br><span class="reason">{rule}</span>' for rule in rules)
        yield f"<li>{_text(section.title)}: {answer}{reasons}</li>"
    yield "</ul>\n</section>"


def _write_sources(plan: Plan) -> Iterator[str]:
    if plan.sources:
        yield "<section>\n<h2>Sources</h2>\n<ul>"
        yield from (f"<li>[{_text(id)}] {_text(citation)}</li>" for id, citation in plan.sources)
        yield "</ul>\n</section>"


def _write_footer(plan: Plan) -> Iterator[str]:
    yield "<footer>\n<h2>Tables</h2>\n<ul>"
    for book in plan.books:
        about = describe_book(book.version, book.review, book.sha256)
        yield f"<li><code>{_text(book.file)}</code>: {_text(about)}</li>"
    yield f"</ul>\n<p>dmn-engine {_text(plan.result.engine)}</p>\n<p>{_text(plan.result.disclaimer)}</p>\n</footer>"


def _name(rule: FiredRule, plan: Plan) -> str:
    return _text(name_rule(rule, plan.result.review))


def _text(text: str) -> str:
    return escape(show_visibly(text))
