"""Write diagnostics as text, in the one shape that every message has.

    tables/her2_positive/first_line.xlsx!Options!C7: error value-not-listed: `postive` is not a value of HER2 status
      postive
      ^^^^^^^
      see schemas/patient.schema.json /properties/her2_status: listed here
      help: did you mean `positive`? Listed are: positive, negative, equivocal, unknown

The lines, in this order; all but the first are indented by two blanks, and none of them ends in a blank:

1. `place: severity code: message`, always one line: a line break in the message is shown as a blank.
2. The line of the source text in which the span starts, and under it the caret line: `^` under each column of the
   span on that line (one where the span is empty, and at the end of the text where it stands there). Without a span the
   whole line is underlined. A blank or empty line has neither. Past 76 columns the line is cut around the span to
   `...`. A tab is shown as four blanks; a control, zero-width or no-break character, which nobody could see, as
   `<U+00A0>`. Wide characters count two columns and combining ones none.
3. `see place: words` for each related place.
4. `help: instruction`; further lines of it are aligned under its first.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from enum import Enum

from dmn_engine.diagnostics import Diagnostic, Severity, Source, Span
from dmn_engine.model.cell_text import count_words


class Tone(Enum):
    """What a piece of text is; the value is its SGR parameters."""

    STRONG = "1"
    FAINT = "2"
    ERROR = "1;31"
    WARNING = "1;33"
    NOTE = "1;36"
    GOOD = "1;32"


Paint = Callable[[str, Tone], str]


def choose_paint(color: bool) -> Paint:
    """The function that colours a text, or one that leaves it as it is."""
    return _paint if color else _leave


def _paint(text: str, tone: Tone) -> str:
    return f"\x1b[{tone.value}m{text}\x1b[0m" if text else text


def _leave(text: str, tone: Tone) -> str:
    return text


WIDTH = 76
"""The most columns that an excerpt of a source text takes."""

_LEAD = 30  # columns kept before the span when a line is cut
_CUT = "..."
_MOST_PLACES = 3
_TONES = {Severity.ERROR: Tone.ERROR, Severity.WARNING: Tone.WARNING, Severity.NOTE: Tone.NOTE}


def render_diagnostic(diagnostic: Diagnostic, *, color: bool = False) -> str:
    """The diagnostic in the shape that this module's docstring fixes, without a final line break."""
    paint = choose_paint(color)
    severity = diagnostic.severity
    tone = _TONES[severity]
    place = show_visibly(str(diagnostic.source.origin))
    lines = [
        f"{paint(place + ':', Tone.STRONG)} {paint(f'{severity.value} {diagnostic.code}:', tone)} "
        f"{_one_line(diagnostic.message)}"
    ]
    excerpt = excerpt_lines(diagnostic.source, diagnostic.span)
    if excerpt:
        text, carets = excerpt
        blanks = len(carets) - len(carets.lstrip())
        lines += [f"  {text}", f"  {carets[:blanks]}{paint(carets[blanks:], tone)}"]
    lines += [f"  see {show_visibly(str(source.origin))}: {_one_line(words)}" for source, words in diagnostic.related]
    if diagnostic.help.strip():
        first, *rest = (show_visibly(line) for line in diagnostic.help.strip().splitlines() if line.strip())
        lines += [f"  {paint('help:', Tone.GOOD)} {first}", *(f"        {line}".rstrip() for line in rest)]
    return "\n".join(line.rstrip() for line in lines)


def render_diagnostics(diagnostics: Iterable[Diagnostic], *, color: bool = False) -> str:
    """All diagnostics in the order given, a blank line after each, and last the line of `count_findings`.

    One that follows from another is only counted under it.
    """
    items = list(diagnostics)
    return "\n\n".join([*render_causes(items, color=color), count_findings(items)])


def render_causes(diagnostics: Iterable[Diagnostic], *, color: bool = False) -> list[str]:
    """Each diagnostic that follows from none of the others, with the number of those that follow from it."""
    return [
        "\n".join([render_diagnostic(item, color=color), *([f"  {following}"] if following else [])])
        for item, following in list_causes(diagnostics)
    ]


def list_causes(diagnostics: Iterable[Diagnostic]) -> list[tuple[Diagnostic, str]]:
    """Each diagnostic that follows from none of the others, with a line that counts those that follow from it."""
    items = list(diagnostics)
    places = {str(item.source.origin) for item in items if not item.follows}
    following: dict[str, list[Diagnostic]] = {}
    causes = []
    for item in items:
        if item.follows in places:
            following.setdefault(item.follows, []).append(item)
        else:
            causes.append(item)  # the first error of a place has those that follow from it
    return [(item, _count_following(following.pop(str(item.source.origin), ()))) for item in causes]


def _count_following(items: Sequence[Diagnostic]) -> str:
    """`3 findings follow from this: PLACE, PLACE and 1 more`; empty if there are none."""
    if not items:
        return ""
    places = list(dict.fromkeys(show_visibly(str(item.source.origin)) for item in items))
    listed = ", ".join(places[:_MOST_PLACES])
    more = f" and {len(places) - _MOST_PLACES} more" if len(places) > _MOST_PLACES else ""
    verb = "finding follows" if len(items) == 1 else "findings follow"
    return f"{len(items)} {verb} from this: {listed}{more}"


def count_findings(diagnostics: Iterable[Diagnostic]) -> str:
    """How many there are of each severity, the gravest first: `3 errors, 1 warning`; `no findings` where none are.

    Those that follow from others are counted apart.
    """
    items = list(diagnostics)
    counts = Counter(item.severity for item in items if not item.follows)
    parts = [count_words(counts[severity], severity.value) for severity in Severity if counts[severity]]
    following = sum(bool(item.follows) for item in items)
    if following:
        verb = "follows" if following == 1 else "follow"
        return f"{', '.join(parts)}; {following} more {verb} from {'it' if len(items) == following + 1 else 'them'}"
    return ", ".join(parts) or "no findings"


def excerpt_lines(source: Source, span: Span | None, width: int = WIDTH) -> tuple[str, str] | None:
    """The line of the text in which the span starts, cut to `width` columns, and its caret line; None for no text."""
    if span is None:  # the whole text: blanks around it are not worth a caret
        start, end = len(source.text) - len(source.text.lstrip()), len(source.text.rstrip())
    else:
        start, end = min(max(span.start, 0), len(source.text)), span.end
    begin, line = _line_at(source.text, start)
    if not line.strip():
        return None
    if span is None:
        end = min(end, begin + len(line.rstrip()))
    pieces = [show_visibly(character) for character in line]
    first, last = start - begin, min(max(end, start), begin + len(line)) - begin
    return _cut(pieces, first, last, width)


def show_visibly(text: str) -> str:
    """The text with tabs as four blanks and every character that has no shape of its own as its code point."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible(character) for character in text)


def display_width(text: str) -> int:
    """The columns that a terminal gives the text: two for a wide character, none for a combining one."""
    return len(text) if text.isascii() else sum(map(_character_width, text))


def _line_at(text: str, offset: int) -> tuple[int, str]:
    """The line that holds the offset, without its line break, and where it begins; line breaks as `str.splitlines`."""
    begin = 0
    for line in text.splitlines(keepends=True):
        bare = line.rstrip("\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029")
        if offset < begin + len(line) or begin + len(line) == len(text):
            return begin, bare
        begin += len(line)
    return 0, text


def _cut(pieces: Sequence[str], first: int, last: int, width: int) -> tuple[str, str]:
    """The pieces in at most `width` columns with [first, last) in view, and carets under what is seen of that."""
    widths = [display_width(piece) for piece in pieces]
    left, right = 0, len(pieces)
    if sum(widths) > width:
        room = width - len(_CUT)
        if sum(widths[:last]) > room:
            while left < first and sum(widths[left:first]) > _LEAD:
                left += 1
        room = width - (len(_CUT) if left else 0)
        if sum(widths[left:]) > room:
            room -= len(_CUT)
            while right > left + 1 and sum(widths[left:right]) > room:
                right -= 1
    head = _CUT if left else ""
    tail = _CUT if right < len(pieces) else ""
    before = len(head) + sum(widths[left:first])
    carets = max(1, sum(widths[first : min(last, right)]))
    return f"{head}{''.join(pieces[left:right])}{tail}", " " * before + "^" * carets


def _one_line(text: str) -> str:
    return show_visibly(" ".join(text.splitlines()))


def _visible(character: str) -> str:
    if character == "\t":
        return "    "
    if character == " " or character.isprintable():
        return character
    return f"<U+{ord(character):04X}>"


def _character_width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
