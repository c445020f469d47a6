"""Word's XML of 2003: one file with nearly the elements of today's parts.

Notes and comments are inside the paragraph that they are about, headers inside the settings of the
last paragraph of their section, and list paragraphs carry their number.
"""

from collections.abc import Iterator
from pathlib import Path

from lxml.etree import _Element

from ingestion.parsing.blocks import Block, sections
from ingestion.parsing.containers.flat_xml import without_pictures
from ingestion.parsing.containers.xml_parts import attribute, errors_as_corrupt
from ingestion.parsing.docx.lists import Lists
from ingestion.parsing.docx.paragraphs import WordStory
from ingestion.parsing.docx.styles import Styles
from ingestion.parsing.sections import Section, WarningCode, warn

_NOTES = ("footnote", "endnote")
_HEADERS = ("hdr", "ftr")
_COMMENT = "Word.Comment"


def read_word_xml(path: Path) -> Iterator[Section]:
    """Yield a section per heading, as for Word since 2007.

    Headers and footers come where their section ends, each once. Notes and comments follow their
    paragraph. The beginning of a damaged file is read, with a warning.
    """
    with without_pictures(path) as (copy, is_damaged), errors_as_corrupt():
        styles = Styles()
        with copy.open("rb") as file:
            styles.read(file)
        with copy.open("rb") as file:
            yield from sections(_Story2003(styles).blocks_in(file))
        if is_damaged:
            yield warn(
                WarningCode.PARTS_NOT_READ, "The file is damaged, and was read up to the damage"
            )


class _Story2003(WordStory):
    tags = WordStory.tags | {"annotation", *_NOTES, *_HEADERS}

    def __init__(self, styles: Styles) -> None:
        super().__init__(styles, Lists(None, None))
        self._aside: list[str] = []  # the open notes, comments and headers, with their authors
        self._seen: set[str] = set()

    def start(self, tag: str, element: _Element) -> None:
        if tag in (*_NOTES, *_HEADERS):
            self._aside.append(tag)
        elif tag == "annotation" and attribute(element, "type") == _COMMENT:
            author = attribute(element, "author") or ""
            self._aside.append(f"Comment by {author}:" if author else "Comment:")
        super().start(tag, element)

    def end(self, tag: str, element: _Element) -> None:
        is_comment = tag == "annotation" and attribute(element, "type") == _COMMENT
        if self._aside and (is_comment or tag in (*_NOTES, *_HEADERS)):
            self._aside.pop()
        super().end(tag, element)
        if tag == "pPr" and self._paragraphs:
            self._paragraphs[-1].label = _label(element)

    def _append(self, block: Block) -> None:
        """Append a block, or keep a note or comment until its paragraph has ended."""
        aside = self._aside[-1] if self._aside else ""
        if aside in _HEADERS:
            if block.text not in self._seen:
                self._seen.add(block.text)
                super()._append(block)
        elif aside in _NOTES:
            self._remarks.append(Block(block.text))
        elif aside:
            self._remarks.append(Block(f"{aside} {block.text}"))
        else:
            super()._append(block)


def _label(settings: _Element) -> str | None:
    """Return the label of a list paragraph, as Word has stored it. None for other paragraphs."""
    listed = settings.find("{*}listPr")
    if listed is None:
        return None
    shown = (attribute(listed.find("{*}t"), "val") or "").strip()
    return shown if any(one.isalnum() for one in shown) and len(shown) > 1 else "-"
