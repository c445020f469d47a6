from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    """A part of a document, in reading order. The text of a document is its sections' texts, a
    blank line between two of them, unless the second `continues` the first.

    `page` is 1-based where the format has pages, slides or sheets; `heading` is the nearest title
    above, where it has titles. A reader that streams yields a long text as several sections.
    """

    text: str
    page: int | None = None
    heading: str | None = None
    continues: bool = False
