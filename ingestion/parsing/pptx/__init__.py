"""PowerPoint since 2007, slide by slide: paragraphs, tables, charts and notes.

`shapes` finds the shapes of a slide and their reading order.
"""

from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

from lxml.etree import _Element

from ingestion.last_errors import CorruptFile, FileTooLarge, IngestionError
from ingestion.parsing.blocks import Block, Form, as_title, join_cells, sections
from ingestion.parsing.blocks.charts import chart_blocks
from ingestion.parsing.containers.lost_parts import lost_part, relations_or_warning, unless_damaged
from ingestion.parsing.containers.opc import main_part, missing, relations
from ingestion.parsing.containers.xml_parts import (
    attribute,
    errors_as_corrupt,
    local_name,
    open_package,
    tree,
)
from ingestion.parsing.pptx.shapes import Layout, is_title, paragraphs, placeholder, shapes
from ingestion.parsing.sections import Section

_DRAWINGS = {"chart": "chart", "relIds": "diagram"}
_KINDS_OF_DRAWINGS = {"chart", "chartEx", "diagramData"}


def read_pptx(path: Path) -> Iterator[Section]:
    """Yield a section per slide: its title, its shapes from top to bottom, then the notes."""
    with open_package(path) as archive:
        yield from sections(_blocks(archive))


def _blocks(archive: ZipFile) -> Iterator[Block | Section]:
    main = main_part(archive)
    parts = relations(archive, main)
    layouts: dict[str, Layout] = {}
    failures: list[IngestionError] = []
    slides = tree(archive, main).findall("{*}sldIdLst/{*}sldId")
    for page, slide in enumerate(slides, start=1):
        # `attribute` is avoided, because the `id` without a namespace is another number.
        relation = next((value for key, value in slide.items() if key.endswith("}id")), "")
        kind, part = parts.get(relation, ("", ""))
        try:
            if kind != "slide":
                raise CorruptFile(
                    f"Slide {page} is missing: save it again and upload the new copy."
                )
            with errors_as_corrupt():
                found = _Slide(archive, part, page)
        except (CorruptFile, FileTooLarge) as error:
            failures.append(error)
            reason = "too large" if isinstance(error, FileTooLarge) else "damaged"
            yield lost_part(f"Slide {page}", reason if part else "missing")
        else:
            yield from found.blocks(layouts)
    if failures and len(failures) == len(slides):
        raise failures[0]


class _Slide:
    def __init__(self, archive: ZipFile, part: str, page: int) -> None:
        self._archive = archive
        self._part = part
        self._root = tree(archive, part)
        self._relations, self._lost = relations_or_warning(archive, part, f"slide {page}")
        self._page = page
        self._heading: str | None = None

    def blocks(self, layouts: dict[str, Layout]) -> Iterator[Block | Section]:
        ordered = shapes(self._root, self._layout(layouts))
        named = next((shape for shape in ordered if is_title(shape)), None)
        if named is not None:
            self._heading = as_title(" ".join(text for _, text in paragraphs(named)))
            yield from self._paragraphs(named)
        for shape in ordered:
            if shape is not named:
                yield from self._paragraphs(shape)
                yield from self._table(shape)
                yield from self._charts(shape)
        yield from unless_damaged(self._notes(), f"The notes of slide {self._page}")
        yield from self._lost
        for _ in () if self._lost else missing(self._archive, self._part, "notesSlide"):
            yield lost_part(f"The notes of slide {self._page}")

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

    def _notes(self) -> Iterator[Block]:
        for notes in self._parts("notesSlide"):
            for shape in tree(self._archive, notes).iter("{*}sp"):
                if attribute(placeholder(shape), "type") == "body":
                    yield from self._paragraphs(shape)

    def _parts(self, wanted: str) -> Iterator[str]:
        return (part for kind, part in self._relations.values() if kind == wanted)

    def _paragraphs(self, shape: _Element) -> Iterator[Block]:
        for body in shape.iterfind("{*}txBody"):
            for is_item, text in paragraphs(body):
                yield self._block(f"- {text}", "item") if is_item else self._block(text)

    def _table(self, shape: _Element) -> Iterator[Block]:
        for number, line in enumerate(shape.iter("{*}tr")):
            cells = [" ".join(text for _, text in paragraphs(cell)) for cell in line.iter("{*}tc")]
            if any(cells):
                yield self._block(join_cells(cells), "row", starts_table=number == 0)

    def _charts(self, shape: _Element) -> Iterator[Block | Section]:
        for drawing in shape.iterfind("{*}graphic/{*}graphicData/*"):
            noun = _DRAWINGS.get(local_name(drawing))
            if noun is None:
                continue
            part_id = attribute(drawing, "dm") or attribute(drawing, "id")
            kind, part = self._relations.get(part_id or "", ("", ""))
            name = f"A {noun} on slide {self._page}"
            if kind in _KINDS_OF_DRAWINGS:
                yield from unless_damaged(self._chart(part), name)
            elif part_id and not self._lost:
                yield lost_part(name)

    def _chart(self, part: str) -> Iterator[Block]:
        yield from chart_blocks(tree(self._archive, part), self._page, self._heading)

    def _block(self, text: str, form: Form = "paragraph", *, starts_table: bool = False) -> Block:
        return Block(text, self._page, self._heading, form, starts_table=starts_table)
