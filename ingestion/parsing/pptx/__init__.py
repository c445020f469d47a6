"""PowerPoint since 2007, slide by slide.

`slide` reads the parts of a slide, `shapes` finds its shapes and their reading order, `lists` their
numbers, and `comments` what reviewers wrote.
"""

from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

from ingestion.last_errors import CorruptFile, FileTooLarge, IngestionError
from ingestion.parsing.attachments import Attachments
from ingestion.parsing.blocks import Block, sections
from ingestion.parsing.containers.lost_parts import lost_part
from ingestion.parsing.containers.opc import main_part, relations
from ingestion.parsing.containers.xml_parts import errors_as_corrupt, open_package, tree
from ingestion.parsing.embedded import EmbeddedFiles
from ingestion.parsing.pptx.comments import Authors
from ingestion.parsing.pptx.shapes import Layout
from ingestion.parsing.pptx.slide import Slide
from ingestion.parsing.sections import Section


def read_pptx(path: Path, attachments: Attachments) -> Iterator[Section]:
    """Yield a section per slide: its title, its shapes from top to bottom, the speaker's notes, and
    the comments. Files embedded in a slide follow it."""
    with open_package(path) as archive:
        yield from sections(_blocks(archive, EmbeddedFiles(archive, attachments)))


def _blocks(archive: ZipFile, embedded: EmbeddedFiles) -> Iterator[Block | Section]:
    main = main_part(archive)
    parts = relations(archive, main)
    authors = Authors(archive, parts.values())
    layouts: dict[str, Layout] = {}
    failures: list[IngestionError] = []
    slides = tree(archive, main).findall("{*}sldIdLst/{*}sldId")
    for page, listed in enumerate(slides, start=1):
        # `attribute` is avoided, because the `id` without a namespace is another number.
        relation = next((value for key, value in listed.items() if key.endswith("}id")), "")
        kind, part = parts.get(relation, ("", ""))
        try:
            if kind != "slide":
                raise CorruptFile(
                    f"Slide {page} is missing: save it again and upload the new copy."
                )
            with errors_as_corrupt():
                slide = Slide(archive, part, page)
        except (CorruptFile, FileTooLarge) as error:
            failures.append(error)
            reason = "too large" if isinstance(error, FileTooLarge) else "damaged"
            yield lost_part(f"Slide {page}", reason if part else "missing")
        else:
            yield from slide.blocks(layouts, authors)
            yield from slide.embedded(embedded)
    if failures and len(failures) == len(slides):
        raise failures[0]
