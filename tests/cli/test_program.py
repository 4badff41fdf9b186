"""The program as a process: its imports, its exit, its output to a terminal, and the examples of its help."""

from __future__ import annotations

import json
import os
import pty
import re
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from dmn_cli.main import COMMANDS, main

ROOT = Path(__file__).parents[2]
PROGRAM = [sys.executable, "-c", "from dmn_cli.main import main; main()"]
HEAVY = ("pandas", "openpyxl", "jsonschema", "lxml", "rich", "numpy", "elementpath", "dmn_engine.api")


def environment(**more: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "PYTHONIOENCODING")}
    return kept | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'cli'}", "TERM": "xterm"} | more


def run(*args: str, **more: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*PROGRAM, *args], env=environment(**more), capture_output=True, timeout=60, check=False)


def list_imports(code: str) -> set[str]:
    script = f"import sys\ntry:\n    {code}\nexcept SystemExit:\n    pass\nprint('IMPORTS', *sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], env=environment(), capture_output=True, text=True, check=True)
    return set(done.stdout.rpartition("IMPORTS")[2].split())


@pytest.mark.parametrize("args", [["--help"], ["evaluate", "--help"], ["--version"]], ids=" ".join)
def test_help_imports_nothing_heavy(args: list[str]) -> None:
    assert not list_imports(f"from dmn_cli.main import main; main({args!r})") & set(HEAVY)


def test_an_evaluation_imports_neither_pandas_nor_rich(clinic: Path) -> None:
    found = list_imports("from dmn_cli.main import main; main(['evaluate', 'patients/partial.json'])")
    assert not found & {"pandas", "numpy", "rich", "lxml"}


def test_help_lists_every_command_with_its_whole_line() -> None:
    text = CliRunner().invoke(main, ["--help"]).stdout
    assert [line.split()[0] for line in text.partition("Commands:")[2].splitlines() if line.strip()] == list(COMMANDS)
    assert "..." not in text.partition("Commands:")[2]


def read_examples() -> list[str]:
    found = []
    for name in COMMANDS:
        text = CliRunner().invoke(main, [name, "--help"]).stdout
        examples = re.findall(r"(?m)^    (dmn .*(?:\n {6,}\S.*)*)", text.partition("Examples:")[2])
        assert examples, f"`dmn {name} --help` has no example"
        found += [" ".join(example.split()) for example in examples]
    return [*found, *re.findall(r"(?m)^    (dmn .*)$", CliRunner().invoke(main, ["--help"]).stdout)]


@pytest.mark.parametrize("example", read_examples())
def test_every_example_of_the_help_works(example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("tables", "schemas", "examples"):
        shutil.copytree(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    result = CliRunner(catch_exceptions=False).invoke(main, shlex.split(example)[1:])
    assert result.exit_code == 0, result.output
    assert result.stderr == "" or example.startswith("dmn convert ")  # which accounts for its rules there


def test_reader_that_goes_away_ends_the_run_quietly(clinic: Path) -> None:
    process = subprocess.Popen(
        [*PROGRAM, "evaluate", *["patients/whole.json"] * 200],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(60) == 141
    process.stderr.close()


def test_interrupt_ends_the_run_with_one_word(clinic: Path) -> None:
    process = subprocess.Popen(
        [*PROGRAM, "feel"], env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(b"1 + 1\n")
    process.stdin.flush()
    assert process.stdout.readline() == b"2\n"  # it waits for the next expression
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (out, err.strip(), process.returncode) == (b"", b"interrupted", 130)


def test_a_file_is_replaced_whole_or_not_at_all(clinic: Path) -> None:
    Path("plan.txt").write_text("the plan of before")
    Path("two.ndjson").write_text('{"sex": "male"}\n')
    done = run("evaluate", "two.ndjson", "patients/nobody.json", "-o", "plan.txt")
    assert (done.returncode, done.stdout) == (2, b"")
    assert Path("plan.txt").read_text() == "the plan of before"
    assert not list(Path().glob(".plan*"))
    assert run("evaluate", "two.ndjson", "-o", "plan.txt").returncode == 0
    assert Path("plan.txt").read_text().startswith("Plan: two.ndjson")


def test_poor_encodings_get_plain_letters(clinic: Path) -> None:
    done = run("feel", '"≥ 2 × é – “a” 漢"', PYTHONIOENCODING="ascii")
    assert done.stdout.decode("ascii") == '">= 2 x e - "a" <U+6F22>"\n'
    shown = run("show", "graph", PYTHONIOENCODING="ascii").stdout.decode("ascii")
    assert "|- use In scope" in shown and "`- use Bone agent" in shown


def read_terminal(*args: str, **more: str) -> str:
    """What the program writes to a terminal."""
    main_end, child_end = pty.openpty()
    with subprocess.Popen([*PROGRAM, *args], env=environment(**more), stdout=child_end, stderr=child_end) as process:
        os.close(child_end)
        found = b""
        while True:
            try:
                part = os.read(main_end, 65536)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            found += part
        process.wait(60)
    os.close(main_end)
    return found.decode()


def test_colour_only_on_a_terminal_and_only_if_wanted(clinic: Path) -> None:
    assert "\x1b[1m" in read_terminal("evaluate", "patients/partial.json")
    assert "\x1b[" in read_terminal("check", "faulty")
    assert "\x1b[" not in read_terminal("evaluate", "patients/partial.json", NO_COLOR="1")
    assert "\x1b[" not in read_terminal("check", "faulty", TERM="dumb")
    assert b"\x1b[" not in run("evaluate", "patients/partial.json").stdout
    assert b"\x1b[" not in run("evaluate", "nobody.json").stderr


@pytest.mark.parametrize("record", ["whole", "partial", "empty"])
def test_json_is_what_the_schema_says(record: str, clinic: Path) -> None:
    schema = json.loads((ROOT / "schemas" / "result.schema.json").read_text(encoding="utf-8"))
    result = CliRunner().invoke(main, ["evaluate", f"patients/{record}.json", "--format", "json"])
    Draft202012Validator(schema).validate(json.loads(result.stdout))
