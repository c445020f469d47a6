"""Paragraphs, list items and table rows, joined to sections as they come."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from ingestion.parsing.sections import Section

MAX_SECTION = 65_536  # characters, of a section that is continued by another
MAX_TITLE = 300


Form = Literal["paragraph", "item", "row"]


@dataclass(frozen=True, slots=True)
class Block:
    """Items and rows follow their like on the next line, unless the block `opens` a table. One
    that is `glued` goes on in the middle of the block before it."""

    text: str
    page: int | None = None
    heading: str | None = None
    form: Form = "paragraph"
    glued: bool = False
    opens: bool = False


def sections(blocks: Iterable[Block]) -> Iterator[Section]:
    """A section ends where the page or the heading changes, or where it has become long."""
    parts: list[str] = []
    length = 0
    continues = False
    last: Block | None = None
    for block in blocks:
        joint = _joint(last, block)
        here = last is not None and (last.page, last.heading) == (block.page, block.heading)
        if last is not None and (not here or length > MAX_SECTION):
            yield Section("".join(parts), last.page, last.heading, continues)
            continues = here or block.glued
            parts.clear()
            length = 0
            joint = joint if continues else ""
        parts += (joint, block.text)
        length += len(joint) + len(block.text)
        last = block
    if last is not None:
        yield Section("".join(parts), last.page, last.heading, continues)


def _joint(last: Block | None, block: Block) -> str:
    if last is None or block.glued:
        return ""
    is_next_line = last.form == block.form != "paragraph" and not block.opens
    return "\n" if is_next_line else "\n\n"


def row(cells: Iterable[str]) -> str:
    return " | ".join(" ".join(cell.split()) for cell in cells)


def title(text: str) -> str | None:
    """What a paragraph with the style of a heading says, unless it is too long to be one."""
    words = " ".join(text.split())
    return words if 0 < len(words) <= MAX_TITLE else None
