"""Draws docs/pictures from the shipped tables and the program, so that the pictures of the README stay true.

    python docs/draw_pictures.py          (in the environment that `make test` makes)

Needs LibreOffice (soffice), poppler (pdftoppm), Chromium and ImageMagick (convert); the project itself needs none of
them. Look at each picture afterwards: nothing else can judge it.
"""

from __future__ import annotations

import fcntl
import os
import pty
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
from pathlib import Path

import openpyxl
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
COLUMNS = 88

PATIENT = "examples/patients/hr_positive_first_line.json"
WORKBOOK = "tables/hr_positive_her2_negative/endocrine_or_chemotherapy.xlsx"
PAGE = 2  # of the printed workbook: the sheet `Endocrine resistance`
SECTIONS = ("Care plan", "Subtype", "Systemic therapy options", "Bone-targeted therapy")
MISSPELT = ("tables/hr_positive_her2_negative/first_line.xlsx", "First line", "F8", "premenopasal")

SIGNS = [(96, 105, 114), (255, 107, 107), (105, 208, 132), (240, 194, 94), (96, 165, 250), (200, 140, 240)]
SIGNS += [(92, 200, 214), (213, 221, 229)]
COLOURS = TerminalTheme((16, 22, 29), (213, 221, 229), SIGNS)

TERMINAL = """<meta charset="utf-8"><style>
body {{ margin: 0; }}
pre {{ display: inline-block; margin: 0; padding: 14px 20px; background: #10161d; color: #d5dde5;
      font: 15px/1.36 "DejaVu Sans Mono", monospace; }}
</style><pre>{code}</pre>"""


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("tables", "schemas", "examples"):
            shutil.copytree(ROOT / part, folder / part)
        draw_sheet(folder, PICTURES / "table.png")
        command = f"dmn evaluate {PATIENT}"
        draw_terminal(folder, command, choose_sections(run(folder, command)), PICTURES / "care_plan.png")
        misspell(folder, *MISSPELT)
        draw_terminal(folder, command, run(folder, command), PICTURES / "error.png")


def misspell(folder: Path, file: str, sheet: str, cell: str, text: str) -> None:
    """Write the text to one cell of a workbook."""
    book = openpyxl.load_workbook(folder / file)
    book[sheet][cell] = text
    book.save(folder / file)


def run(folder: Path, command: str) -> str:
    """What the command shows on a terminal, with its colours."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, COLUMNS, 0, 0))
    program, *arguments = command.split()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(COLUMNS)}
    process = subprocess.Popen(
        [Path(sys.executable).parent / program, *arguments], cwd=folder, stdout=theirs, stderr=theirs, env=environment
    )
    os.close(theirs)
    output = bytearray()
    try:
        while data := os.read(ours, 65536):
            output += data
    except OSError:  # how Linux says that the other end is closed
        pass
    process.wait()
    return output.decode().replace("\r\n", "\n")


def choose_sections(plan: str) -> str:
    """The sections of a care plan that a picture has room for; what is left out is marked."""
    kept = []
    for section in plan.strip().split("\n\n"):
        if Text.from_ansi(section).plain.startswith(SECTIONS):
            kept.append(section)
        elif kept[-1] != "...":
            kept.append("...")
    return "\n\n".join(kept)


def draw_terminal(folder: Path, command: str, output: str, picture: Path) -> None:
    """Draw a terminal in which the command was given."""
    with open(os.devnull, "w") as nothing:
        console = Console(record=True, width=COLUMNS + 2, file=nothing, color_system="truecolor")
        console.print(Text.from_ansi(f"\x1b[1;32m$\x1b[0m \x1b[1m{command}\x1b[0m\n{output.rstrip()}"))
    page, shot = folder / "page.html", folder / "shot.png"
    page.write_text(console.export_html(theme=COLOURS, inline_styles=True, code_format=TERMINAL), encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=1.6"]
    call("chromium", *options, "--window-size=1100,2600", f"--screenshot={shot}", page.as_uri())
    crop(shot, picture, border=0)


def draw_sheet(folder: Path, picture: Path) -> None:
    """Draw a sheet of a workbook as it prints, without the page's margins and its foot."""
    office = f"-env:UserInstallation=file://{folder}/office"
    call("soffice", office, "--headless", "--convert-to", "pdf", "--outdir", folder, folder / WORKBOOK)
    printed, sheet = folder / f"{Path(WORKBOOK).stem}.pdf", folder / "sheet.png"
    call("pdftoppm", "-r", 150, "-f", PAGE, "-singlefile", "-png", printed, sheet.with_suffix(""))
    call("convert", sheet, "-gravity", "south", "-chop", "0x12%", sheet)
    crop(sheet, picture, border=16)


def crop(drawn: Path, picture: Path, border: int) -> None:
    """Cut off what is empty around, and write the picture with few colours, so that it is small."""
    frame = ["-bordercolor", "white", "-border", border]
    call("convert", drawn, "-trim", "+repage", *frame, "+dither", "-colors", 96, "-strip", picture)


def call(*arguments: object) -> None:
    """Run a program; raises CalledProcessError where it fails."""
    subprocess.run([str(each) for each in arguments], check=True, capture_output=True)


if __name__ == "__main__":
    main()
