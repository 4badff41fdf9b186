"""Where output goes: data to stdout or a file that appears whole or not at all, messages to stderr."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from dmn_cli.stopping import ReaderGone
from dmn_cli.user_error import UserError

if TYPE_CHECKING:
    from dmn_engine.diagnostics import Diagnostic

_NARROWEST, _WIDEST, _USUAL = 60, 100, 88


def show_error(diagnostic: Diagnostic) -> None:
    """One diagnostic on stderr."""
    from dmn_engine.report.text import render_diagnostic

    write_text(render_diagnostic(diagnostic, color=has_color(sys.stderr)) + "\n", sys.stderr)


def show_errors(diagnostics: Iterable[Diagnostic]) -> None:
    """Diagnostics on stderr; those that follow from others are counted under these."""
    from dmn_engine.report.text import render_causes

    for block in render_causes(diagnostics, color=has_color(sys.stderr)):
        write_text(block + "\n", sys.stderr)


def write_text(text: str, stream: TextIO) -> None:
    """Write to a stream, spelling out what its encoding does not have. Raises ReaderGone."""
    from dmn_engine.report.charset import fit_charset

    try:
        click.echo(fit_charset(text, getattr(stream, "encoding", None) or "utf-8"), file=stream, nl=False, color=True)
    except BrokenPipeError:
        raise ReaderGone from None


def write_output(chunks: Iterable[str], path: Path | None) -> None:
    """Write the chunks as they come to stdout, or to a file that is replaced only when all of them are written.

    Raises UserError, naming the path, where it cannot be written.
    """
    if path is None:
        for chunk in chunks:
            write_text(chunk, sys.stdout)
        return
    target = path.resolve()
    if target.is_dir():
        raise UserError("unwritable", "this is a folder, not a file", str(path))
    if target.exists() and not target.is_file():  # a device or a pipe: there is nothing to replace
        with target.open("w", encoding="utf-8", newline="") as stream:
            stream.writelines(chunks)
        return
    if not target.parent.is_dir():
        raise UserError("unwritable", f"there is no folder {path.parent} to write to", str(path))
    _replace(target, chunks)


def write_bytes(content: bytes, path: Path) -> None:
    """Write a file that is replaced whole. Raises UserError, naming the path, where it cannot be written."""
    _replace(path.resolve(), [content])


def has_unicode(stream: TextIO) -> bool:
    """Whether lines can be drawn with the signs for them."""
    return (getattr(stream, "encoding", None) or "").lower().replace("-", "").startswith("utf")


def has_color(stream: TextIO) -> bool:
    """Whether colours are wanted: on a terminal, and NO_COLOR (https://no-color.org) is not set."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def choose_width(path: Path | None = None) -> int:
    """The columns to write in: the terminal's within reason, else what fits a printed page."""
    is_live = path is None and sys.stdout.isatty()
    columns = shutil.get_terminal_size((_USUAL, 24)).columns if is_live else _USUAL
    return min(max(columns, _NARROWEST), _WIDEST)


def _replace(target: Path, chunks: Iterable[str] | Iterable[bytes]) -> None:
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    except OSError as error:
        raise UserError("unwritable", f"nothing can be written here: {error.strerror}", str(target)) from error
    try:
        with os.fdopen(handle, "wb") as stream:
            for chunk in chunks:
                stream.write(chunk.encode() if isinstance(chunk, str) else chunk)
        os.chmod(name, _choose_mode(target))
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _choose_mode(target: Path) -> int:
    """The mode of the file that is replaced, or that of any new file; a temporary file is its owner's alone."""
    if target.exists():
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
