"""Zips that unpack to far more than their size."""

import random
from pathlib import Path

from ingestion.last_errors import FileTooLarge
from tests.ingestion.hostile.corpus import hostile, text
from tests.ingestion.hostile.endings import BEYOND_XML, BOMB, ONE_GIGABYTE, TOO_MANY_TOKENS
from tests.ingestion.hostile.packages import (
    Parts,
    docx,
    epub,
    opendocument,
    paragraph,
    xlsx,
)
from tests.ingestion.hostile.zipping import (
    Packed,
    packed,
    repeated,
    stored,
    write_zip,
)

MEGABYTE = 1_000_000
PACKAGES = {
    "word/document.xml": docx("@"),
    "xl/sharedStrings.xml": xlsx('<row><c t="s"><v>0</v></c></row>', ("@",)),
    "xl/worksheets/sheet1.xml": xlsx("@", ("1",)),
    "content.xml": opendocument("text", "@"),
    "c1.xhtml": epub("@"),
}


def others(parts: Parts, without: str) -> list[Packed]:
    return [packed(name, part.encode()) for name, part in parts.items() if name != without]


def bomb(
    path: Path,
    part: str,
    block: str,
    times: int,
    *,
    padding: int = 0,
    opening: str = "",
    ending: str = "",
) -> None:
    """Write a package with `times` megabytes of `block` in a part.

    `padding` bytes that cannot be compressed make it look honest.
    """
    parts = PACKAGES[part]
    before, after = parts[part].split("@")
    some = block.encode() * (MEGABYTE // len(block))
    big = repeated(part, (before + opening).encode(), some, times, (ending + after).encode())
    picture = [stored("media/picture.png", _noise(padding))] if padding else []
    write_zip(path, [*others(parts, part), *picture, big])


@hostile("one-gigabyte.docx", ONE_GIGABYTE)
def a_document_with_a_word_of_a_gigabyte(path: Path) -> None:
    parts = docx(paragraph("@"))
    before, after = parts["word/document.xml"].encode().split(b"@")
    big = repeated("word/document.xml", before, b"a" * MEGABYTE, 1_000, after)
    write_zip(path, [*others(parts, "word/document.xml"), big])


@hostile("50-mb-of-paragraphs.docx", BOMB)
def fifty_megabytes_of_short_paragraphs(path: Path) -> None:
    bomb(path, "word/document.xml", paragraph("x"), 50)


@hostile("paragraphs-with-a-picture.docx", text("x"))
def two_megabytes_of_short_paragraphs_beside_a_picture(path: Path) -> None:
    bomb(path, "word/document.xml", paragraph("x"), 2, padding=80_000)


@hostile("50-mb-of-paragraphs-with-a-picture.docx", text("x"), slow=True)
def fifty_megabytes_of_short_paragraphs_beside_a_picture(path: Path) -> None:
    bomb(path, "word/document.xml", paragraph("x"), 50, padding=400_000)


@hostile("150-mb-of-one-word.docx", BEYOND_XML)
def a_word_of_150_mb_with_a_picture(path: Path) -> None:
    bomb(path, "word/document.xml", "a", 150, padding=900_000)


@hostile("one-gigabyte.xlsx", ONE_GIGABYTE)
def a_workbook_with_a_string_of_a_gigabyte(path: Path) -> None:
    bomb(path, "xl/sharedStrings.xml", "a", 1_000)


@hostile("one-gigabyte.odt", ONE_GIGABYTE)
def an_open_document_with_a_word_of_a_gigabyte(path: Path) -> None:
    bomb(path, "content.xml", "a", 1_000)


@hostile("one-gigabyte.epub", ONE_GIGABYTE)
def a_book_with_a_word_of_a_gigabyte(path: Path) -> None:
    bomb(path, "c1.xhtml", "a", 1_000)


@hostile("paragraphs-with-a-picture.odt", text("x"))
def an_open_document_of_two_megabytes_of_paragraphs(path: Path) -> None:
    bomb(path, "content.xml", "<text:p>x</text:p>", 2, padding=50_000)


@hostile("100-mb-of-paragraphs-with-a-picture.odt", TOO_MANY_TOKENS, slow=True)
def an_open_document_of_100_mb_of_paragraphs(path: Path) -> None:
    bomb(path, "content.xml", "<text:p>x</text:p>", 100, padding=900_000)


@hostile("paragraphs-with-a-picture.epub", text("x"))
def a_book_of_two_megabytes_of_paragraphs(path: Path) -> None:
    bomb(path, "c1.xhtml", "<p>x</p>", 2, padding=50_000)


@hostile("100-mb-of-paragraphs-with-a-picture.epub", FileTooLarge, slow=True)
def a_book_of_100_mb_of_paragraphs(path: Path) -> None:
    bomb(path, "c1.xhtml", "<p>x</p>", 100, padding=900_000)


def _noise(size: int) -> bytes:
    return random.Random(1).randbytes(size)  # incompressible
