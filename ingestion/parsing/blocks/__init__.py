"""Paragraphs, list items and table rows, which the readers of office files yield, and the sections
that they are joined to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from ingestion.parsing.sections import Section

MAX_SECTION = 65_536  # characters, of a section that is continued by another
MAX_TITLE = 300

Form = Literal["paragraph", "item", "row"]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a list item or a table row.

    An item follows an item, and a row a row, on the next line, unless the row `starts_table`. A
    block that `continues_last` goes on in the middle of the block before it.
    """

    text: str
    page: int | None = None
    heading: str | None = None
    form: Form = "paragraph"
    continues_last: bool = False
    starts_table: bool = False


def sections(blocks: Iterable[Block]) -> Iterator[Section]:
    """Join blocks to sections, which end where the page or the heading changes, or where they have
    become long."""
    parts: list[str] = []
    length = 0
    continues = False
    last: Block | None = None
    for block in blocks:
        if last is None or block.continues_last:
            joint = ""
        else:
            is_next_line = last.form == block.form != "paragraph" and not block.starts_table
            joint = "\n" if is_next_line else "\n\n"
        here = last is not None and (last.page, last.heading) == (block.page, block.heading)
        if last is not None and (not here or length > MAX_SECTION):
            yield Section("".join(parts), last.page, last.heading, continues)
            continues = here or block.continues_last
            parts.clear()
            length = 0
            joint = joint if continues else ""
        parts += (joint, block.text)
        length += len(joint) + len(block.text)
        last = block
    if last is not None:
        yield Section("".join(parts), last.page, last.heading, continues)


def deduplicated(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield each text once, as a paragraph, because headers and footers repeat."""
    return map(Block, dict.fromkeys(block.text for block in blocks))


def join_cells(cells: Iterable[str]) -> str:
    return " | ".join(" ".join(cell.split()) for cell in cells)


def as_title(text: str) -> str | None:
    """Return the title that a paragraph in the style of a heading is, unless it is too long for
    one."""
    words = " ".join(text.split())
    return words if 0 < len(words) <= MAX_TITLE else None
