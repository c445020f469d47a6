"""The text of shapes, which slides, charts, diagrams and text boxes of sheets share (DrawingML)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from lxml.etree import _Element

from ingestion.parsing.containers.xml_parts import attribute, local_name
from ingestion.parsing.formulas import formula_text
from ingestion.parsing.inline import link, superscript
from ingestion.parsing.symbol_fonts import from_symbol_font, is_symbol_font

_PRIVATE = re.compile("[\uf000-\uf0ff]+")
_NO_ADDRESSES: Mapping[str, str] = {}
# Settings, and copies for programs that do not know an element.
_SKIPPED = {"pPr", "endParaRPr", "rPr", "Fallback"}
_ESCAPE = re.compile("_x00[01][0-9A-Fa-f]_")  # a control character
_FORMULAS = {"m", "oMath", "oMathPara"}
# Text in a field that a program replaces when it shows the field: [VALUE], or # in brackets.
_PLACEHOLDER = re.compile(r"\s*(?:\[[^\]]*\]|[<\u2039]#[>\u203a])\s*")


@dataclass(frozen=True, slots=True)
class _Run:
    text: str
    is_raised: bool = False
    address: str = ""


def paragraph_text(paragraph: _Element, addresses: Mapping[str, str] = _NO_ADDRESSES) -> str:
    """Return a paragraph's text with its powers, and with the addresses of its links.

    `addresses` are the external relationships of the part, by their ids.
    """
    text = ""
    for address, linked in groupby(_runs(paragraph, addresses), key=lambda run: run.address):
        shown = ""
        for is_raised, runs in groupby(linked, key=lambda run: run.is_raised):
            part = "".join(run.text for run in runs)
            shown += superscript(part) if is_raised else part
        text += link(shown, address) if address else shown
    return text


def _runs(element: _Element, addresses: Mapping[str, str]) -> Iterator[_Run]:
    for child in element:
        name = local_name(child)
        if name == "br":
            yield _Run("\n")
        elif name in _FORMULAS:
            yield _Run(formula_text(child))
        elif name in ("r", "fld"):
            text, settings = "", None
            for part in child:
                if part.tag.endswith("}t"):
                    text += part.text or ""
                elif part.tag.endswith("}rPr"):
                    settings = part
            text = _ESCAPE.sub(" ", text)
            if text and not (name == "fld" and _PLACEHOLDER.fullmatch(text)):
                yield _run(text, settings, addresses)
        elif name == "t":
            yield _Run(_ESCAPE.sub(" ", child.text or ""))
        elif name not in _SKIPPED:
            yield from _runs(child, addresses)


def _run(text: str, settings: _Element | None, addresses: Mapping[str, str]) -> _Run:
    if settings is None:
        return _Run(_with_signs(text, {}))
    fonts, address = {}, ""
    if len(settings):
        fonts = {local_name(one): one.get("typeface", "") for one in settings}
        address = address_in(settings, addresses)
    return _Run(_with_signs(text, fonts), _is_raised(settings.get("baseline", "0")), address)


def _is_raised(baseline: str) -> bool:
    try:
        return float(baseline.rstrip("%")) > 0
    except ValueError:
        return False


def _with_signs(text: str, fonts: Mapping[str, str]) -> str:
    """Return a run's text with the signs that a symbol font shows for it.

    Its font for signs shows only the private codes of symbol fonts, its font for Latin all.
    """
    latin = fonts.get("latin", "")
    if latin and is_symbol_font(latin):
        return from_symbol_font(latin, text)
    if text.isascii():
        return text
    return _PRIVATE.sub(lambda found: from_symbol_font(fonts.get("sym", ""), found[0]), text)


def address_in(element: _Element, addresses: Mapping[str, str]) -> str:
    """Return the address of the link that is directly in an element, or nothing."""
    for clicked in element.iterchildren("{*}hlinkClick", "{*}hlinkMouseOver", "{*}hlinkHover"):
        if address := addresses.get(attribute(clicked, "id") or ""):
            return address
    return ""
