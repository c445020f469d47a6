"""Blocks: the paragraphs, list items and table rows that readers of office files yield.

`sections` joins them to sections.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from ingestion.parsing.sections import Section

MAX_SECTION = 65_536  # characters, after which another section continues the text
MAX_TITLE = 300

Form = Literal["paragraph", "item", "row"]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a list item or a table row.

    Consecutive items are on adjacent lines, and so are consecutive rows, unless one `starts_table`.
    Other blocks are separated by blank lines. A block that `continues_last` is joined to the block
    before it without a break.
    """

    text: str
    page: int | None = None
    heading: str | None = None
    form: Form = "paragraph"
    continues_last: bool = False
    starts_table: bool = False


def sections(found: Iterable[Block | Section]) -> Iterator[Section]:
    """Join blocks to sections. A new one begins where the page or heading changes, or the last one
    has become too long.

    Sections between the blocks, such as warnings and the texts of embedded files, stay as they are.
    """
    parts: list[str] = []
    length = 0
    continues = False
    last: Block | None = None
    for block in found:
        if isinstance(block, Section):
            if last is not None and not block.warning:
                yield Section("".join(parts), last.page, last.heading, continues)
                parts.clear()
                length, continues, last = 0, False, None
            yield block
            continue
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


def deduplicated(found: Iterable[Block | Section]) -> Iterator[Block | Section]:
    """Yield each text once, as a paragraph. Use it for headers and footers, since they repeat."""
    seen: set[str] = set()
    for block in found:
        if isinstance(block, Section):
            yield block
        elif block.text not in seen:
            seen.add(block.text)
            yield Block(block.text)


def join_cells(cells: Iterable[str]) -> str:
    return " | ".join(" ".join(cell.split()) for cell in cells)


def as_title(text: str) -> str | None:
    """Return a heading's text on one line, or None if it is blank or too long for a title."""
    words = " ".join(text.split())
    return words if 0 < len(words) <= MAX_TITLE else None
