"""Files with the name of another kind."""

import gzip
import random
import struct
import zlib
from pathlib import Path

from ingestion.last_errors import CorruptFile, UnsupportedFile
from tests.ingestion.hostile.corpus import Ending, hostile, text
from tests.ingestion.hostile.endings import (
    GZIP,
    NO_DOCUMENT,
    NO_OCR,
    NO_WORDS,
    other,
    something_else,
)
from tests.ingestion.hostile.images import png
from tests.ingestion.hostile.packages import docx, paragraph, write
from tests.ingestion.parsing.documents import pdf

NEVER_TEXT = ("docx", "pptx", "epub")
NOISE = random.Random(7).randbytes(20_000)
PNG = png(100, 100, zlib.compress(bytes(101 * 100)))
ELF = b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack("<2HI3Q", 2, 62, 1, 0x401000, 64, 0) + NOISE
PICTURE = (NO_WORDS, NO_OCR)
DISGUISES: dict[str, tuple[bytes, tuple[Ending, ...]]] = {
    **{f"png.{called}": (PNG, PICTURE) for called in ("txt", "md", "json", "html", "docx", "pdf")},
    **{f"elf.{called}": (ELF, (other("a program"),)) for called in ("txt", "py")},
    "program.csv": (b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff" + NOISE, (other("a program"),)),
    "wasm.js": (b"\0asm\x01\0\0\0" + NOISE, (other("a program"),)),
    "database.txt": (b"SQLite format 3\0" + bytes(84) + NOISE, (other("a database"),)),
    "song.txt": (b"ID3\x04\0\0\0\0\0\0" + NOISE, (other("sound"),)),
    "gzip.txt": (gzip.compress(b"needle " * 100_000, mtime=0), (GZIP,)),
    "gzip.xml": (gzip.compress(b"<r>needle</r>" * 10_000, mtime=0), (GZIP,)),
    "bytecode.py": (b"\xa7\r\r\n" + bytes(12) + NOISE, (UnsupportedFile,)),
    # Programs write texts under other names of Office, so noise under those is just not text.
    **{f"noise.{called}": (NOISE, (something_else(f".{called}"),)) for called in NEVER_TEXT},
    **{f"noise.{called}": (NOISE, (UnsupportedFile,)) for called in ("rtf", "xls")},
    **{f"noise.{called}": (NOISE, (UnsupportedFile,)) for called in ("csv", "eml", "txt")},
    "noise": (NOISE, (UnsupportedFile,)),
}


def _disguise(name: str, content: bytes, endings: tuple[Ending, ...]) -> None:
    what, dot, called = name.partition(".")

    def build(path: Path) -> None:
        path.write_bytes(content)

    build.__doc__ = f"{what} called {dot}{called}" if called else f"{what} without an extension"
    hostile(name, *endings)(build)


for _name, (_content, _endings) in DISGUISES.items():
    _disguise(_name, _content, _endings)


@hostile("jpeg.txt", CorruptFile, NO_OCR)
def noise_that_begins_like_a_jpeg_called_txt(path: Path) -> None:
    path.write_bytes(b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01" + NOISE)


@hostile("page.docx", something_else(".docx"))
def html_called_docx_as_some_programs_export_it(path: Path) -> None:
    path.write_text("<html><body><p>needle</p></body></html>")


@hostile("page.xls", text("needle"))
def html_called_xls_as_some_programs_export_it(path: Path) -> None:
    path.write_text("<html><table><tr><td>needle</td></tr></table></html>")


@hostile("document.txt", text("needle"))
def a_word_document_called_txt(path: Path) -> None:
    write(path, docx(paragraph("needle")))


@hostile("paper.docx", text("needle"))
def a_pdf_called_docx(path: Path) -> None:
    path.write_bytes(pdf("needle"))


@hostile("two-things.pdf", text("needle"))
def a_pdf_that_is_also_a_zip(path: Path) -> None:
    write(path, docx(paragraph("other")))
    path.write_bytes(pdf("needle") + path.read_bytes())


@hostile("archive.docx", NO_DOCUMENT)
def a_zip_of_texts_called_docx(path: Path) -> None:
    write(path, {"a.txt": "needle", "b.txt": "needle"})


@hostile("empty-archive.docx", NO_DOCUMENT)
def an_empty_zip_called_docx(path: Path) -> None:
    path.write_bytes(b"PK\x05\x06" + bytes(18))
