"""The looks of runs that change what their text says: raised digits and fonts of signs."""

from dataclasses import dataclass

from lxml.etree import _Element

from ingestion.parsing.containers.xml_parts import as_int, attribute, local_name
from ingestion.parsing.symbol_fonts import from_symbol_font, is_symbol_font

_RAISED_FROM = 6  # half points, since text is shifted by less to align it


@dataclass(frozen=True, slots=True)
class Look:
    """The look of a run or a style. None means that it is inherited."""

    is_raised: bool | None = None
    font: str | None = None  # of letters without accents, if it is a symbol font
    other_font: str | None = None  # of the other characters
    is_note_mark: bool = False

    def over(self, below: "Look") -> "Look":
        """Return this look with what it inherits from another."""
        if below is PLAIN:
            return self
        return Look(
            below.is_raised if self.is_raised is None else self.is_raised,
            below.font if self.font is None else self.font,
            below.other_font if self.other_font is None else self.other_font,
            self.is_note_mark or below.is_note_mark,
        )

    def shown(self, text: str) -> str:
        """Return the text that the fonts of this look show."""
        if not (self.font or self.other_font):
            return text
        font, other = self.font or "", self.other_font or ""
        return "".join(
            from_symbol_font(font if one < "\x80" else other or font, one) for one in text
        )


PLAIN = Look()


def look_of(settings: _Element | None) -> Look:
    """Return the look that an element of run settings (`rPr`) gives."""
    if settings is None:
        return PLAIN
    raised = font = other = None
    for setting in settings:
        name = local_name(setting)
        if name == "vertAlign":
            raised = attribute(setting, "val") == "superscript"
        elif name == "position" and raised is None:
            raised = as_int(attribute(setting, "val"), 0) >= _RAISED_FROM or None
        elif name == "rFonts":
            font = _symbol_font(setting, "ascii")
            other = _symbol_font(setting, "hAnsi", "h-ansi")
        elif name in ("sym", "font"):  # of Word 2003
            font = other = _symbol_font(setting, "val", "font")
    return Look(raised, font, other) if raised is not None or font or other else PLAIN


def _symbol_font(setting: _Element, *names: str) -> str | None:
    """Return the symbol font that an attribute names, nothing for another font, or None."""
    found = next(filter(None, (attribute(setting, name) for name in names)), None)
    return found if found is None or is_symbol_font(found) else ""
