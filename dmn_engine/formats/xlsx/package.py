"""An .xlsx file as a package of XML parts, opened without trust."""

from __future__ import annotations

import hashlib
import io
import posixpath
import zipfile
import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree
from xml.parsers import expat

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MAX_FILE = 64 * 2**20
MAX_PART = 128 * 2**20
MAX_TOTAL = 256 * 2**20
MAX_PARTS = 5_000
MAX_RATIO = 400  # deflate ends near 1030:1; sheets of a million equal empty rows stay below 300:1
_RATIO_FROM = 8 * 2**20  # small parts may be as dense as they like

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_SAVE_AS = "if it holds tables, open it in Excel or LibreOffice and save it as an Excel Workbook (.xlsx)"
_RESTORE = "restore it from a copy, or open it in Excel or LibreOffice, let it repair the file, and save it again"


@dataclass(frozen=True, slots=True)
class Unreadable(Exception):
    """The file cannot be read at all: why, as the parts of a diagnostic."""

    code: str
    message: str
    help: str = ""

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, slots=True)
class Relationship:
    """A reference from one part to another: the last word of its type, and the name of the other part."""

    kind: str
    target: str
    external: bool


@lru_cache(maxsize=4096)
def local_name(tag: str) -> str:
    """The name of an element without its namespace: the transitional and the strict form of .xlsx differ in it."""
    return tag.rpartition("}")[2]


def attribute(element: Element, name: str) -> str | None:
    """The attribute of this name in any namespace (`r:id` has two, by the form of the file)."""
    return next((value for key, value in element.items() if local_name(key) == name), None)


def read_bytes(path: Path) -> bytes:
    """The content of the file. Raises Unreadable."""
    try:
        if path.is_dir():
            raise Unreadable("unreadable-file", "this is a folder, not a workbook")
        if path.stat().st_size > MAX_FILE:
            raise Unreadable("file-too-large", f"the file has more than {_megabytes(MAX_FILE)}", _DELETE_ROWS)
        return path.read_bytes()
    except FileNotFoundError:
        raise Unreadable("file-not-found", "there is no such file", "check the name and the folder") from None
    except OSError as error:
        raise Unreadable("unreadable-file", f"the file cannot be opened: {error.strerror or error}") from None


class Package:
    """The parts of an .xlsx file. The constructor checks what can be checked without unpacking; raises Unreadable."""

    def __init__(self, data: bytes) -> None:
        self.sha256 = hashlib.sha256(data).hexdigest()
        _refuse_other_formats(data)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            infos = self._zip.infolist()
        except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError, UnicodeDecodeError) as error:
            raise _damaged(str(error) or "it is cut short") from None
        _refuse_bombs(infos)
        self.names = frozenset(info.filename for info in infos)
        self._by_folded_name = {info.filename.casefold(): info.filename for info in infos}

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._by_folded_name

    def read(self, name: str) -> bytes:
        """The unpacked bytes of a part. Raises Unreadable where it is missing or damaged."""
        stored = self._by_folded_name.get(name.casefold())
        if stored is None:
            raise _damaged(f"its part {name} is missing")
        try:
            return self._zip.read(stored)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError, ValueError):
            # RuntimeError: a part that asks for a password; ValueError: offsets that lead out of the file
            raise _damaged(f"its part {name} cannot be unpacked") from None

    def parse(self, name: str) -> Element:
        """The root element of a part. Raises Unreadable."""
        data = self.read(name)
        refuse_doctype(data, name)
        try:
            return ElementTree.fromstring(data)
        except (ElementTree.ParseError, ValueError, LookupError) as error:
            raise damaged_part(name, error) from None

    def relationships(self, name: str) -> dict[str, Relationship]:
        """The relationships of a part by their id; none where it has none. Raises Unreadable."""
        folder, base = posixpath.split(name)
        part = posixpath.join(folder, "_rels", f"{base}.rels")
        if part not in self:
            return {}
        found = {}
        for item in self.parse(part):
            target, external = item.get("Target", ""), item.get("TargetMode") == "External"
            if not external:
                target = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            kind = item.get("Type", "").rpartition("/")[2]
            found[item.get("Id", "")] = Relationship(kind, target, external)
        return found


def refuse_doctype(data: bytes, name: str) -> None:
    """Raise Unreadable where the XML declares a document type: only that brings entities and outside files."""

    def on_doctype(*_: object) -> None:
        raise Unreadable("unsafe-xml", f"its part {name} declares a document type, which no spreadsheet program writes")

    def on_root(*_: object) -> None:
        raise _RootReached

    probe = expat.ParserCreate()
    probe.StartDoctypeDeclHandler = on_doctype
    probe.StartElementHandler = on_root
    try:
        probe.Parse(data, True)
    except (_RootReached, expat.ExpatError):
        return  # what is wrong with the XML, the real parser says


class _RootReached(Exception):
    """No document type can follow."""


def damaged_part(name: str, error: Exception) -> Unreadable:
    """The error for a part with broken XML."""
    return _damaged(f"its part {name} is broken ({error})")


def _damaged(why: str) -> Unreadable:
    return Unreadable("damaged-file", f"the file is damaged: {why}", _RESTORE)


_DELETE_ROWS = "delete the empty rows and columns around the tables, and pictures, and save it again"


def _refuse_bombs(infos: list[zipfile.ZipInfo]) -> None:
    if len(infos) > MAX_PARTS:
        raise Unreadable("file-too-large", f"the file has {len(infos)} parts; no workbook of tables needs {MAX_PARTS}")
    names = {info.filename.casefold() for info in infos}
    if len(names) < len(infos):
        raise _damaged("two of its parts have the same name")
    for info in infos:
        if info.flag_bits & 0x1:
            raise _encrypted()
        dense = info.file_size > _RATIO_FROM and info.file_size > MAX_RATIO * max(info.compress_size, 1)
        if info.file_size > MAX_PART or dense:
            size = f"its part {info.filename} unpacks to {_megabytes(info.file_size)}"
            raise Unreadable("file-too-large", f"{size}, too much to be a table", _DELETE_ROWS)
    total = sum(info.file_size for info in infos)
    if total > MAX_TOTAL:
        message = f"the file unpacks to {_megabytes(total)}, too much to be tables"
        raise Unreadable("file-too-large", message, _DELETE_ROWS)


def _refuse_other_formats(data: bytes) -> None:
    if not data:
        raise Unreadable("not-a-workbook", "the file is empty", "restore it from a copy")
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise _encrypted()
        help = "open it in Excel or LibreOffice and save it as an Excel Workbook (.xlsx)"
        raise Unreadable("old-format", "this is a file of Excel 97-2003 (.xls), which is not read", help)
    if data.startswith(b"PK") and zipfile.is_zipfile(io.BytesIO(data)):
        return
    if data.startswith(b"PK"):
        raise _damaged("it is cut short")
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<html", b"<!doctype html", b"<?xml", b"<table")):
        raise Unreadable("not-a-workbook", "this is an HTML or XML file with the name of a workbook", _SAVE_AS)
    if b"\x00" not in data[:4096] and any(mark in data[:4096] for mark in (b",", b";", b"\t")):
        raise Unreadable("not-a-workbook", "this is a text file with the name of a workbook", _SAVE_AS)
    raise Unreadable("not-a-workbook", "this is not an Excel workbook (.xlsx)", _SAVE_AS)


def _encrypted() -> Unreadable:
    help = "open it in Excel, remove the password (File, Info, Protect Workbook, Encrypt with Password) and save it"
    return Unreadable("encrypted-file", "the workbook is protected by a password, so that it cannot be read", help)


def _megabytes(size: int) -> str:
    return f"{size / 2**20:.0f} MB"
