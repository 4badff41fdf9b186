"""The program `dmn`: imports a command when it is run, and reports every error of a request as a message.

Exit codes: 0 clean; 1 findings, failed tests or records without an answer; 2 usage or unreadable input;
130 interrupted; 141 when the reader of the output went away.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any, Never

import click

from dmn_cli.stopping import ReaderGone

COMMANDS = ("evaluate", "check", "test", "show", "feel", "new", "convert", "tck")
"""Each is the attribute `command` of the module of that name."""

INTERRUPTED = 130
READER_GONE = 141


class Program(click.Group):
    """A group that imports a command only to run it, or to list it with its first line of help."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command = importlib.import_module(f"dmn_cli.{name}").command
        assert isinstance(command, click.Command)
        return command

    def main(  # type: ignore[override]  # it always exits, with or without standalone_mode
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> Never:
        """Run and exit; the exit code is that of the module's docstring."""
        sys.exit(self._run(args, extra | {"prog_name": "dmn", "standalone_mode": False}))

    def _run(self, args: Sequence[str] | None, extra: dict[str, Any]) -> int:
        try:
            code = super().main(args, **extra)
            sys.stdout.flush()
        except (KeyboardInterrupt, click.Abort):
            click.echo("interrupted", err=True)
            return INTERRUPTED
        except (ReaderGone, BrokenPipeError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # so that flushing at exit does not fail again
            return READER_GONE
        except Exception as error:
            from dmn_cli.errors import report_error

            code = report_error(error)
            if code is None:
                raise  # a bug: its traceback is what a maintainer needs
        return code if isinstance(code, int) else 0


@click.command(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="dmn-engine", message="dmn %(version)s")
def main() -> None:
    """Decision tables kept in spreadsheets: check them, test them, and ask them about a patient.

    \b
    Example:
      dmn evaluate examples/patients/hr_positive_first_line_premenopausal.json
    """
