"""One slide: its shapes, the speaker's notes and the comments, each in a part of its own."""

from collections.abc import Iterator
from zipfile import ZipFile

from lxml.etree import _Element

from ingestion.last_errors import CorruptFile, FileTooLarge
from ingestion.parsing import embedded
from ingestion.parsing.blocks import Block, Form, as_title
from ingestion.parsing.blocks.chart_parts import read_chart
from ingestion.parsing.containers.lost_parts import (
    lost_part,
    unless_damaged,
    value_or_warning,
)
from ingestion.parsing.containers.opc import Relations, addresses, read_relations
from ingestion.parsing.containers.xml_parts import (
    attribute,
    errors_as_corrupt,
    local_name,
    tree,
)
from ingestion.parsing.embedded import EmbeddedFiles
from ingestion.parsing.inline import link
from ingestion.parsing.pptx.comments import Authors, comments
from ingestion.parsing.pptx.shapes import (
    Layout,
    address_of,
    description,
    is_title,
    paragraphs,
    placeholder,
    shapes,
)
from ingestion.parsing.pptx.slide_tables import table_rows
from ingestion.parsing.sections import Section

_DRAWINGS = {"chart": "chart", "relIds": "diagram"}
_PARTS = {
    "notesSlide": "The notes of",
    "comments": "The comments on",
    **dict.fromkeys(embedded.KINDS, "A file embedded in"),
}
_KINDS_OF_DRAWINGS = {"chart", "chartEx", "diagramData"}


class Slide:
    """A slide, which is the page `page` of the text."""

    def __init__(self, archive: ZipFile, part: str, page: int) -> None:
        """Read the slide's own part. Raises CorruptFile or FileTooLarge."""
        self._archive = archive
        self._root = tree(archive, part)
        self._relations, self._lost = value_or_warning(
            lambda: read_relations(archive, part),
            Relations({}, {}, {}),
            f"Everything slide {page} refers to",
        )
        self._workbooks: list[str] = []  # behind charts that do not have their values
        self._page = page
        self._heading: str | None = None

    def blocks(self, layouts: dict[str, Layout], authors: Authors) -> Iterator[Block | Section]:
        """Yield what is on the slide. A lost part of it costs itself.

        `layouts` keeps the layouts that slides share.
        """
        ordered = shapes(self._root, self._layout(layouts))
        named = next((shape for shape in ordered if is_title(shape)), None)
        if named is not None:
            self._heading = as_title(" ".join(text for _, text in paragraphs(named, {})))
            yield from self._shape(named)
        for shape in ordered:
            if shape is not named:
                yield from self._shape(shape)
        yield from unless_damaged(self._notes(), f"The notes of slide {self._page}")
        yield from unless_damaged(self._comments(authors), f"The comments on slide {self._page}")
        yield from self._lost
        for kind, noun in _PARTS.items():
            for _ in self._relations.missing(kind):
                yield lost_part(f"{noun} slide {self._page}")

    def embedded(self, files: EmbeddedFiles) -> Iterator[Section]:
        """Yield the texts of the files that are embedded in the slide."""
        for kind in embedded.KINDS:
            for part in self._parts(kind):
                yield from files.read(part, self._page, self._heading)
        for part in self._workbooks:
            yield from files.read(part, self._page, self._heading)

    def _layout(self, layouts: dict[str, Layout]) -> Layout:
        """Return the slide's layout. A damaged one has no positions, since it has no text."""
        layout = next(self._parts("slideLayout"), "")
        if layout not in layouts:
            try:
                with errors_as_corrupt():
                    layouts[layout] = Layout.of(self._archive, layout)
            except (CorruptFile, FileTooLarge):
                layouts[layout] = Layout()
        return layouts[layout]

    def _parts(self, wanted: str) -> Iterator[str]:
        return (part for kind, part in self._relations.parts.values() if kind == wanted)

    def _shape(self, shape: _Element) -> Iterator[Block | Section]:
        address = address_of(shape, self._relations.addresses)
        if shown := description(shape):
            yield self._block(link(shown, address))
            address = ""
        texts = list(self._paragraphs(shape, self._relations.addresses))
        if address and len(texts) == 1:
            texts = [self._block(link(texts[0].text, address), texts[0].form)]
        yield from texts
        if address and len(texts) != 1 and (bare := link("", address)):
            yield self._block(bare)
        for number, line in enumerate(table_rows(shape, self._relations.addresses)):
            yield self._block(line, "row", starts_table=number == 0)
        yield from self._drawings(shape)

    def _paragraphs(self, shape: _Element, known: dict[str, str]) -> Iterator[Block]:
        for body in shape.iterfind("{*}txBody"):
            for label, text in paragraphs(body, known):
                yield self._block(f"{label} {text}", "item") if label else self._block(text)

    def _drawings(self, shape: _Element) -> Iterator[Block | Section]:
        for drawing in shape.iterfind("{*}graphic/{*}graphicData/*"):
            noun = _DRAWINGS.get(local_name(drawing))
            if noun is None:
                continue
            part_id = attribute(drawing, "dm") or attribute(drawing, "id")
            kind, part = self._relations.parts.get(part_id or "", ("", ""))
            name = f"A {noun} on slide {self._page}"
            if kind in _KINDS_OF_DRAWINGS:
                yield from unless_damaged(
                    read_chart(self._archive, part, self._workbooks, self._page, self._heading),
                    name,
                )
            elif part_id and not self._lost:
                yield lost_part(name)

    def _notes(self) -> Iterator[Block]:
        for notes in self._parts("notesSlide"):
            known = addresses(self._archive, notes)
            for shape in tree(self._archive, notes).iter("{*}sp"):
                if attribute(placeholder(shape), "type") == "body":
                    yield from self._paragraphs(shape, known)

    def _comments(self, authors: Authors) -> Iterator[Block]:
        for part in self._parts("comments"):
            yield from map(self._block, comments(tree(self._archive, part), authors))

    def _block(self, text: str, form: Form = "paragraph", *, starts_table: bool = False) -> Block:
        return Block(text, self._page, self._heading, form, starts_table=starts_table)
