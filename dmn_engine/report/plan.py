"""A result as a document: the lines of a care plan with their reasons, in no particular format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dmn_engine.feel.errors import EvaluationError
from dmn_engine.model.cell_text import count_words
from dmn_engine.model.result import FiredRule, Result, Status
from dmn_engine.report.wording import NO_ANSWER, is_approved, show_status

_STATES = {"none stated": "without a stated review status"}
"""Words for the review status of a model that has none."""


@dataclass(frozen=True, slots=True)
class Line:
    """One answer: its words, the preference (or empty), the rest of it by label, and the rules that gave it.

    `needs` are the titles of the fields that decide whether a line that is not certain holds. The first of `rules`
    is the one in which the answer is written, the others led to it.
    """

    text: str
    tag: str = ""
    details: tuple[tuple[str, str], ...] = ()
    certain: bool = True
    needs: tuple[str, ...] = ()
    rules: tuple[FiredRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """The lines of one decision, with the question that it answers; `rules` put the section into the plan."""

    title: str
    status: Status
    lines: tuple[Line, ...]
    question: str = ""
    needs: tuple[str, ...] = ()
    errors: tuple[EvaluationError, ...] = ()
    rules: tuple[FiredRule, ...] = ()

    @property
    def summary(self) -> str:
        """The answer in one line; if it is not determined, what it needs."""
        if self.status is Status.DETERMINED:
            return "; ".join(line.text for line in self.lines) or "none"
        return "; needs ".join([show_status(self.status), *([", ".join(self.needs)] if self.needs else [])])

    @property
    def ordered_lines(self) -> tuple[Line, ...]:
        """What is certain first, else in the order of the table."""
        return tuple(sorted(self.lines, key=lambda line: not line.certain))

    @property
    def open_needs(self) -> str:
        """The fields that the decision waits for, if no line says so itself."""
        return "" if any(line.needs for line in self.lines) else ", ".join(self.needs)

    @property
    def certain_count(self) -> int:
        return sum(line.certain for line in self.lines)

    @property
    def common_rules(self) -> tuple[FiredRule, ...]:
        """The rules that led to every line alike, so that they need saying only once."""
        paths = [line.rules[1:] for line in self.lines]
        return tuple(rule for rule in paths[0] if all(rule in path for path in paths)) if paths else ()


@dataclass(frozen=True, slots=True)
class Question:
    """A missing field: its title, what it means, what may be answered, and the sections that wait for it."""

    title: str
    description: str
    choices: str
    decides: tuple[str, ...]

    @property
    def asked(self) -> str:
        return f"{self.title}: {self.choices}?" if self.choices else f"{self.title}?"


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook that was used: its version and review status as it states them, and its whole SHA-256."""

    file: str
    version: str
    review: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A record among others that has errors, and so no answer; it keeps its place among the plans."""

    origin: str
    errors: tuple[str, ...]
    labels: tuple[tuple[str, str], ...] = ()

    @property
    def title(self) -> str:
        return f"{NO_ANSWER}: {self.origin}"


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole result in the order in which it is read. `sources` are the cited references, id and citation.

    `given` are the fields of the record, title and value, with `(assumed)` where the schema filled it in; `labels` are
    the texts of the record that no decision reads, by column: the name of a patient.
    """

    title: str
    origin: str
    result: Result
    given: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    questions: tuple[Question, ...]
    supporting: tuple[Section, ...]
    sources: tuple[tuple[str, str], ...]
    books: tuple[Book, ...]
    labels: tuple[tuple[str, str], ...] = ()

    @property
    def heading(self) -> str:
        """The title, and which record the plan is for."""
        return f"{self.title}: {self.origin}" if self.origin else self.title

    @property
    def books_by_state(self) -> Mapping[tuple[str, str], tuple[Book, ...]]:
        """The workbooks by version and review status, in their order."""
        groups: dict[tuple[str, str], tuple[Book, ...]] = {}
        for book in self.books:
            key = (book.version, book.review)
            groups[key] = (*groups.get(key, ()), book)
        return groups

    @property
    def unapproved(self) -> tuple[Book, ...]:
        """The workbooks whose tables are not approved."""
        return tuple(book for book in self.books if not is_approved(book.review))

    @property
    def unapproved_books(self) -> str:
        """How many of how many, and what they are: `1 of 2 workbooks is in review`; models in DMN are files."""
        is_model = any(book.file.lower().endswith(".dmn") for book in self.books)
        count = f"{len(self.unapproved)} of {count_words(len(self.books), 'file' if is_model else 'workbook')}"
        states = dict.fromkeys(_STATES.get(book.review, book.review) for book in self.unapproved)
        return f"{count} {'is' if len(self.unapproved) == 1 else 'are'} {' or '.join(states)}"
