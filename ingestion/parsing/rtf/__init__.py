"""Rich Text Format, read token by token.

`groups` applies control words and keeps the settings of each group. `flow` turns the text into
paragraphs and table rows.
"""

import mmap
import re
from collections.abc import Iterator
from pathlib import Path

from ingestion.last_errors import CorruptFile
from ingestion.parsing.blocks import Block, sections
from ingestion.parsing.rtf.groups import RtfStory
from ingestion.parsing.sections import Section

_TOKEN = re.compile(
    rb"\\(?P<word>[A-Za-z]{1,32})(?P<number>-?[0-9]{1,10})? ?"
    rb"|\\'(?P<byte>[0-9A-Fa-f]{2})"
    rb"|\\(?P<sign>.)"
    rb"|(?P<brace>[{}])"
    rb"|(?P<text>[^\\{}]+)",
    re.DOTALL,
)
_LINE_ENDS = b"\r\n\0"
MAX_DEPTH = 10_000  # of groups in groups


def read_rtf(path: Path) -> Iterator[Section]:
    """Yield a section per heading.

    Headers and footers stay where the file has them, each once. Footnotes and text boxes follow
    their paragraph. Comments and deleted text are left out.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        yield from sections(_blocks(data))


def rtf_sections(data: bytes) -> Iterator[Section]:
    """Yield the sections of RTF in memory, like `read_rtf`."""
    return sections(_blocks(data))


def _blocks(data: bytes | mmap.mmap) -> Iterator[Block]:
    story, at = RtfStory(), 0
    while token := _TOKEN.match(data, at):
        at = token.end()
        kind = token.lastgroup
        found = token[kind or 0]
        if kind == "text":
            story.write(found.translate(None, _LINE_ENDS))
        elif kind == "byte":
            story.write(bytes.fromhex(found.decode()))
        elif kind == "sign":
            story.sign(found.decode("latin-1"))
        elif found == b"{":
            story.open()
        elif found == b"}":
            story.close()
        else:
            word, digits = token["word"].decode(), token["number"]
            number = 1 if digits is None else int(digits)
            if word == "bin":
                at += max(number, 0)  # skip the binary data, since it may look like tokens
            else:
                story.word(word, number)
        if story.depth > MAX_DEPTH:
            raise CorruptFile("Its groups are nested too deep: save it again.")
        if story.ready:
            yield from story.ready
            story.ready.clear()
        if not story.depth:
            break
    if story.depth > 1:
        raise CorruptFile
    story.end()
    yield from story.ready
