"""Report errors of a request as diagnostics on stderr. Imported only when a request fails."""

from __future__ import annotations

from collections.abc import Iterable

import click

from dmn_cli.output import show_errors
from dmn_cli.user_error import UserError
from dmn_engine.api import EngineError, RecordError, TablesAtFault
from dmn_engine.diagnostics import Diagnostic, Severity, Source
from dmn_engine.plugins import PluginError
from dmn_engine.records.documents import UnreadableFile


def report_error(error: Exception) -> int | None:
    """Show an error of the request on stderr and return its exit code; None for any other exception."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message(), err=True)
        return 2
    found = list(describe_error(error))
    show_errors(found)
    if not found:
        return None
    return 1 if isinstance(error, TablesAtFault | RecordError) else 2


def describe_error(error: Exception) -> Iterable[Diagnostic]:
    """The diagnostics of an error of the request; none for an exception that is a bug."""
    match error:
        case UserError() | UnreadableFile():
            return (error.diagnostic,)
        case RecordError():
            return error.diagnostics
        case EngineError():
            return (*error.diagnostics, _diagnose("dmn", error.code, str(error)))
        case PluginError():
            return (_diagnose("dmn", "unusable-plugin", str(error)),)
        case click.UsageError():
            command = error.ctx.command_path if error.ctx else "dmn"
            return (_diagnose(command, "usage", error.format_message(), f"see `{command} --help`"),)
        case click.ClickException():
            return (_diagnose("dmn", "usage", error.format_message()),)
        case OSError() if error.filename is not None:
            return (_diagnose(str(error.filename), "unreadable", error.strerror or str(error)),)
    return ()


def _diagnose(place: str, code: str, message: str, help: str = "") -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, message, Source("", place), help=help)
