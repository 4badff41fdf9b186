"""The parts of an .xlsx file that cells share: styles and strings (ECMA-376 part 1, 18.8 and 18.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from dmn_engine.formats.xlsx.grid import PLAIN, Side, Style
from dmn_engine.formats.xlsx.number_format import BUILT_IN, is_date_format
from dmn_engine.formats.xlsx.package import Package, local_name
from dmn_engine.formats.xlsx.text import clean_text, decode_escapes

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

T = TypeVar("T")

_SIDES: tuple[tuple[tuple[str, ...], Side], ...] = (
    (("left", "start"), "left"),
    (("right", "end"), "right"),
    (("top",), "top"),
    (("bottom",), "bottom"),
)


@dataclass(frozen=True, slots=True)
class RichText:
    """A text, and whether some of its letters are struck through."""

    text: str
    is_struck: bool = False


def read_styles(package: Package, part: str) -> tuple[Style, ...]:
    """The cell styles by their index. Raises Unreadable."""
    if not part:
        return (PLAIN,)
    sections = {local_name(section.tag): list(section) for section in package.parse(part)}
    formats: dict[int, str] = dict(BUILT_IN)
    formats.update({_number(item, "numFmtId"): item.get("formatCode", "") for item in sections.get("numFmts", ())})
    struck = [is_struck(font) for font in sections.get("fonts", ())]
    fills = [_name_fill(fill) for fill in sections.get("fills", ())]
    styles = []
    for item in sections.get("cellXfs", ()):
        code = formats.get(_number(item, "numFmtId"), "General")
        styles.append(
            Style(
                number_format=code,
                is_date=is_date_format(code),
                is_struck=_pick(struck, _number(item, "fontId"), False),
                fill=_pick(fills, _number(item, "fillId"), ""),
            )
        )
    return tuple(styles) or (PLAIN,)


def read_double_lines(package: Package, part: str) -> tuple[frozenset[Side], ...]:
    """The sides on which the cell styles, by their index, have a double line. Raises Unreadable."""
    if not part:
        return ()
    sections = {local_name(section.tag): list(section) for section in package.parse(part)}
    borders = [_list_double_sides(border) for border in sections.get("borders", ())]
    none: frozenset[Side] = frozenset()
    return tuple(_pick(borders, _number(item, "borderId"), none) for item in sections.get("cellXfs", ()))


def _list_double_sides(border: Element) -> frozenset[Side]:
    doubled = {local_name(line.tag) for line in border if line.get("style") == "double"}
    return frozenset(side for names, side in _SIDES if doubled.intersection(names))


def read_shared_strings(package: Package, part: str) -> tuple[RichText, ...]:
    """The workbook's strings by their index. Raises Unreadable."""
    if not part:
        return ()
    return tuple(read_rich_text(item) for item in package.parse(part) if local_name(item.tag) == "si")


def read_rich_text(element: Element) -> RichText:
    """The text of a string item (CT_Rst), cleaned; without hints of pronunciation."""
    if len(element) == 1 and local_name(element[0].tag) == "t":
        return RichText(clean_text(decode_escapes(element[0].text or "")))
    pieces: list[str] = []
    struck = False
    for item in element:
        name = local_name(item.tag)
        if name == "t":
            pieces.append(item.text or "")
        elif name == "r":
            text = "".join(part.text or "" for part in item if local_name(part.tag) == "t")
            pieces.append(text)
            struck = struck or (bool(text.strip()) and any(is_struck(part) for part in item))
    return RichText(clean_text(decode_escapes("".join(pieces))), struck)


def is_struck(font: Element) -> bool:
    """Whether a font, or the properties of a run of text, strike through."""
    return any(
        local_name(item.tag) in ("strike", "dstrike") and item.get("val", "1") not in ("0", "false") for item in font
    )


def _name_fill(fill: Element) -> str:
    """A name for the colour that the fill shows, empty where it shows none."""
    for item in fill:
        kind = item.get("patternType", "none")
        if local_name(item.tag) == "gradientFill":
            return "gradient"
        if kind in ("none", "gray125"):
            return ""
        colour = next((part for part in item if local_name(part.tag) == "fgColor"), None)
        if colour is None:
            return kind
        shade = " ".join(f"{key}={value}" for key, value in sorted(colour.items()))
        return shade if kind == "solid" else f"{kind} {shade}"
    return ""


def _number(element: Element, name: str) -> int:
    text = element.get(name, "0")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _pick(items: Sequence[T], index: int, default: T) -> T:
    return items[index] if index < len(items) else default
