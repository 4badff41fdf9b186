"""A count of what has been done, on a terminal and only when it takes long."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

import click

_PATIENCE, _PERIOD = 1.0, 0.2  # seconds before the first sign, and between signs

Item = TypeVar("Item")


def show_progress(items: Iterable[Item], word: str = "records", *, is_alone: bool = False) -> Iterator[Item]:
    """The items as they come; on stderr how many they were, if that is a terminal.

    Where stdout is a terminal too, nothing is shown, unless nothing else is written meanwhile (`is_alone`).
    """
    if not sys.stderr.isatty() or (sys.stdout.isatty() and not is_alone):
        yield from items
        return
    started = shown = time.monotonic()
    is_shown = False
    for number, item in enumerate(items, 1):
        yield item
        now = time.monotonic()
        if now - started > _PATIENCE and now - shown > _PERIOD:
            click.echo(f"\r{number} {word}, {number / (now - started):.0f} a second", err=True, nl=False)
            shown, is_shown = now, True
    if is_shown:
        click.echo("\r\x1b[K", err=True, nl=False)
