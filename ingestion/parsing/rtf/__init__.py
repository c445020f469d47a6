"""Rich Text Format, read from its first group to its last, token by token.

`groups` keeps what holds in a group and obeys the control words; `flow` makes paragraphs and table
rows of the text.
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
    """Yield a section per heading. Headers and footers are read where they are written, each once,
    footnotes and text boxes after their paragraph; comments and deleted text are left out."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        yield from sections(_blocks(data))


def rtf_sections(data: bytes) -> Iterator[Section]:
    """Read RTF in memory, as `read_rtf`."""
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
                at += max(number, 0)  # so many bytes are no text, whatever they look like
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
