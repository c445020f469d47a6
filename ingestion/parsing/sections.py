"""Sections of text in reading order, the output of every reader."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ingestion.file_warnings import FileWarning, WarningCode

__all__ = ["FileWarning", "Section", "WarningCode", "in_sections", "is_blank", "warn"]

SECTION = 131_072  # characters

# Spaces, line ends and control characters; characters without width (zero-width spaces and joiners,
# byte order marks, soft hyphens, direction marks); variation selectors; and blank filler letters.
_INVISIBLE = (
    "".join(
        character
        for character in map(chr, [*range(0x10000), *range(0xE0000, 0xE1000)])
        if character.isspace() or unicodedata.category(character) in ("Cc", "Cf")
    )
    + "".join(map(chr, [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]))
    + ("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
)


@dataclass(frozen=True)
class Section:
    """A part of a document, in reading order.

    A document's text is the texts of its sections, with a blank line between two of them unless the
    second `continues` the first. `page` counts from 1 if the format has pages, slides or sheets;
    `heading` is the nearest title above, if it has titles. A streaming reader yields a long text as
    several sections.

    A section with a `warning` has no text and may stand anywhere. The warning is shown beside the
    file and never searched.
    """

    text: str
    page: int | None = None
    heading: str | None = None
    continues: bool = False
    warning: FileWarning | None = None


def in_sections(pieces: Iterable[str], heading: str | None = None) -> Iterator[Section]:
    """Split one text, given in pieces of any length, into sections that continue each other."""
    slices = (
        piece[start : start + SECTION]
        for piece in pieces
        for start in range(0, len(piece), SECTION)
    )
    for number, text in enumerate(slices):
        yield Section(text, heading=heading, continues=number > 0)


def warn(code: WarningCode, message: str) -> Section:
    """Return the section that carries a warning."""
    return Section("", warning=FileWarning(code, message))


def is_blank(text: str) -> bool:
    """Return whether a text shows nothing when it is displayed."""
    return not text.strip(_INVISIBLE)
