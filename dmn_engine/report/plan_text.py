"""Write a care plan as text for the bedside: what to do, why, and what is still open.

Signs of its own are plain ASCII; the texts of the tables are left as they are.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping

from dmn_engine.feel.errors import EvaluationError
from dmn_engine.model.result import FiredRule, Status
from dmn_engine.report.plan import Line, Plan, Question, Refused, Section
from dmn_engine.report.text import Paint, Tone, choose_paint, display_width, show_visibly
from dmn_engine.report.wording import (
    INFERRED,
    SHOWN_HASH,
    SILENT,
    SUPPORT,
    call_rule,
    is_approved,
    list_conditions,
    name_rule,
    rule_place,
    shorten_places,
    show_basis,
    show_condition,
    show_review,
    show_status,
)

_INDENT = "  "
_DETAIL = "      "
_LONGEST_ROUND = 12  # questions, before they are asked without what they mean
_LONGEST_LIST = 16  # fields of a patient, before they are run on
_ADDRESS = re.compile(r"(?<!\S)[^\s!]+![^!]*![A-Z]{1,3}[0-9]+")  # from the beginning of a word: in linear time
_GLUE = "\ue000"  # replaces a blank at which no line may be broken


def render_plan(plan: Plan, *, width: int = 88, color: bool = False, explain: bool = False) -> str:
    """The whole plan without a final line break; `explain` adds the matched cells with the values they met."""
    return "\n".join(_Writer(width, choose_paint(color), explain).write(plan))


def render_refused(refused: Refused, *, width: int = 88, color: bool = False) -> str:
    """A record without an answer, without a final line break."""
    return "\n".join(_Writer(width, choose_paint(color), explain=False).write_refused(refused))


class _Writer:
    def __init__(self, width: int, paint: Paint, explain: bool) -> None:
        self.width = width
        self.paint = paint
        self.explain = explain
        self.review: Mapping[str, str] = {}

    def write(self, plan: Plan) -> Iterator[str]:
        self.review = plan.result.review
        yield from self._write_heading(plan)
        yield from self._write_errors(plan.result.errors)
        yield from self._write_given(plan)
        yield from self._write_questions(plan.questions)
        for section in plan.sections:
            yield from self._write_section(section)
        yield from self._write_supporting(plan.supporting)
        yield from self._write_sources(plan.sources)
        yield from self._write_books(plan)

    def write_refused(self, refused: Refused) -> Iterator[str]:
        title = show_visibly(refused.title)
        yield self.paint(title, Tone.ERROR)
        yield "=" * min(display_width(title), self.width)
        yield from self._write_labels(refused.labels)
        for error in refused.errors:
            yield from self._wrap(error, "  ! ", "    ", Tone.ERROR)

    def _write_labels(self, labels: tuple[tuple[str, str], ...]) -> Iterator[str]:
        for name, text in labels:
            yield from self._wrap(f"{name}: {text}", _INDENT, _INDENT * 2, Tone.STRONG)

    def _write_heading(self, plan: Plan) -> Iterator[str]:
        title = show_visibly(plan.heading)
        yield self.paint(title, Tone.STRONG)
        yield "=" * min(display_width(title), self.width)
        if plan.unapproved:
            yield from self._wrap(f"NOT APPROVED for clinical use: {plan.unapproved_books}.", "", "", Tone.WARNING)
        yield SUPPORT
        for note in plan.result.notes:
            yield from self._wrap(f"Note: {shorten_places(note)}", "", "  ", Tone.WARNING)

    def _write_errors(self, errors: tuple[EvaluationError, ...]) -> Iterator[str]:
        if not errors:
            return
        yield from self._write_title("ERRORS: the decisions concerned have no answer", Tone.ERROR)
        for error in errors:
            place = f"{shorten_places(error.origin)}: " if error.origin else ""
            yield from self._wrap(place + error.message, "  ! ", "    ", Tone.ERROR)
            if error.text:
                yield from self._wrap(error.text, "      ", "      ")

    def _write_given(self, plan: Plan) -> Iterator[str]:
        yield from self._write_title("Patient")
        yield from self._write_labels(plan.labels)
        given = plan.given
        if not given:
            yield f"{_INDENT}nothing is known"
            return
        label_width = max(display_width(title) for title, _ in given)
        texts = [f"{_pad(title, label_width)}  {shown}" for title, shown in given]
        half = (self.width - len(_INDENT) - 3) // 2
        if len(texts) > 4 and all(display_width(text) <= half for text in texts):
            rows = (len(texts) + 1) // 2
            for left, right in zip(texts[:rows], [*texts[rows:], ""], strict=False):
                yield f"{_INDENT}{_pad(left, half)}   {right}".rstrip()
            return
        if len(texts) <= _LONGEST_LIST:
            for text in texts:
                yield from self._wrap(text, _INDENT, _INDENT + " " * (label_width + 2))
            return
        yield from join_parts((f"{title}: {shown}" for title, shown in given), self.width, _INDENT)

    def _write_questions(self, questions: tuple[Question, ...]) -> Iterator[str]:
        if not questions:
            return
        yield from self._write_title("Find out: this would settle what is open below", Tone.WARNING)
        for number, question in enumerate(questions, 1):
            lead = f"{_INDENT}{number}. "
            rest = " " * len(lead)
            yield from self._wrap(question.asked, lead, rest, Tone.STRONG)
            if question.description and len(questions) <= _LONGEST_ROUND:
                yield from self._wrap(question.description, rest, rest)
            if question.decides:
                yield from self._wrap(f"Decides: {', '.join(question.decides)}", rest, rest)

    def _write_section(self, section: Section) -> Iterator[str]:
        yield from self._write_title(section.title + _show_state(section), _tone(section.status))
        if section.question:
            yield from self._wrap(section.question, _INDENT, _INDENT, Tone.FAINT)
        for error in section.errors:
            yield from self._wrap(f"! {error.message}", _INDENT, _INDENT + "  ", Tone.ERROR)
        if self.explain:
            for rule in section.rules:
                yield from self._wrap(f"In the plan by {self._name_rule(rule)}", _INDENT, _INDENT + "  ", Tone.FAINT)
        common = section.common_rules
        for place, line in enumerate(section.ordered_lines):
            if place == section.certain_count and not line.certain:
                yield from self._wrap("Possible, depending on what is not known:", _INDENT, _INDENT, Tone.WARNING)
            yield from self._write_line(line, common)
        for rule in common:
            yield from self._wrap(f"Chosen by {self._name_rule(rule)}", _INDENT, _INDENT + "  ", Tone.FAINT)
        if not section.lines and section.status is Status.DETERMINED:
            yield f"{_INDENT}- none"
        if section.open_needs:
            yield from self._wrap(f"Needs: {section.open_needs}", _INDENT, _INDENT + "  ", Tone.WARNING)

    def _write_line(self, line: Line, common: tuple[FiredRule, ...]) -> Iterator[str]:
        tag = f"[{line.tag}] " if line.tag else ""
        yield from self._wrap(tag + line.text, "  - " if line.certain else "  ? ", "    ", Tone.STRONG)
        if not line.certain and line.needs:
            yield from self._wrap(f"Needs: {', '.join(line.needs)}", _DETAIL, _DETAIL + "  ", Tone.WARNING)
        for label, text in line.details:
            yield from self._wrap(f"{label}: {text}", _DETAIL, _DETAIL + "  ")
        for place, rule in enumerate(line.rules):
            if place == 0 or rule not in common:
                yield from self._write_reason(rule, is_first=place == 0)

    def _write_reason(self, rule: FiredRule, *, is_first: bool) -> Iterator[str]:
        basis = show_basis(rule)
        text = f"Why: {basis}; {self._name_rule(rule)}" if is_first else f"Chosen by {self._name_rule(rule)}"
        loud = is_first and basis.startswith((SILENT, INFERRED))
        yield from self._wrap(text, _DETAIL, _DETAIL + "  ", Tone.WARNING if loud else Tone.FAINT)
        if is_first and rule.note:
            yield from self._wrap(f"Note: {rule.note}", _DETAIL, _DETAIL + "  ")
        if self.explain:
            for condition in list_conditions(rule.conditions):
                yield from self._wrap(show_condition(condition), _DETAIL + "  ", _DETAIL + "    ", Tone.FAINT)

    def _name_rule(self, rule: FiredRule) -> str:
        return name_rule(rule, self.review)

    def _write_supporting(self, sections: tuple[Section, ...]) -> Iterator[str]:
        if not sections:
            return
        yield from self._write_title("How this was reached")
        for section in sections:
            sure = section.lines if section.status is Status.DETERMINED else ()
            rules = {f"{call_rule(rule)}, {rule_place(rule)}": None for line in sure for rule in line.rules}
            yield from self._wrap(f"{section.title}: {section.summary}", "  - ", "    ")
            for rule in rules:
                yield from self._wrap(rule, _DETAIL, _DETAIL + "  ", Tone.FAINT)

    def _write_sources(self, sources: tuple[tuple[str, str], ...]) -> Iterator[str]:
        if not sources:
            return
        yield from self._write_title("Sources")
        for id, citation in sources:
            lead = f"{_INDENT}[{id}] "
            yield from self._wrap(citation, lead, " " * len(lead))

    def _write_books(self, plan: Plan) -> Iterator[str]:
        for (version, review), books in plan.books_by_state.items():
            state = f"Tables, {f'version {version}, ' if version else ''}{show_review(review)}"
            yield from self._write_title(state, Tone.STRONG if is_approved(review) else Tone.WARNING)
            for book in books:
                yield from self._wrap(f"{book.file} SHA-256 {book.sha256[:SHOWN_HASH]}", _INDENT, _INDENT * 2)
        yield ""
        yield f"dmn-engine {plan.result.engine}"
        yield ""
        yield from self._wrap(plan.result.disclaimer, "", "")

    def _write_title(self, title: str, tone: Tone = Tone.STRONG) -> Iterator[str]:
        yield ""
        yield self.paint(title, tone)

    def _wrap(self, text: str, first: str, rest: str, tone: Tone | None = None) -> Iterator[str]:
        lines = wrap_text(text, self.width, first, rest)
        for number, line in enumerate(lines):
            lead = first if number == 0 else rest
            body = line[len(lead) :]
            yield lead + (self.paint(body, tone) if tone else body)


def wrap_text(text: str, width: int, first: str, rest: str) -> list[str]:
    """The text in lines of at most `width`; its own line breaks are kept, and an address is never broken."""
    lines: list[str] = []
    for part in text.splitlines() or [""]:
        glued = _ADDRESS.sub(lambda found: found.group().replace(" ", _GLUE), show_visibly(part))
        lines += textwrap.wrap(
            glued,
            width,
            initial_indent=rest if lines else first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )
    return [line.replace(_GLUE, " ") for line in lines] or [first.rstrip()]


def join_parts(parts: Iterable[str], width: int, indent: str) -> Iterator[str]:
    """The parts one after the other with bars between, none of them broken over two lines."""
    line = ""
    for part in map(show_visibly, parts):
        longer = f"{line} | {part}" if line else indent + part
        if line and display_width(longer) > width:
            yield line
            longer = indent + part
        line = longer
    if line:
        yield line


def _show_state(section: Section) -> str:
    return "" if section.status is Status.DETERMINED else f": {show_status(section.status)}"


def _tone(status: Status) -> Tone:
    return {Status.DETERMINED: Tone.STRONG, Status.UNDETERMINED: Tone.WARNING, Status.ERROR: Tone.ERROR}[status]


def _pad(text: str, width: int) -> str:
    return text + " " * (width - display_width(text))
