import bz2
import gzip
import tarfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from ingestion.last_errors import (
    CorruptFile,
    EmptyFile,
    IngestionError,
    UnsupportedFile,
)
from ingestion.parsing import READERS, READERS_OF_CONTAINERS
from ingestion.parsing.detection import kind_of
from ingestion.parsing.kinds import SUFFIXES, Kind
from tests.ingestion.hostile.compound import compound
from tests.ingestion.parsing.documents import PNG, docx, pdf, pptx, with_part, without_part

KindOf = Callable[[bytes, str], Kind]

OPENXML = "vnd.openxmlformats-officedocument"
OPENDOCUMENT = "application/vnd.oasis.opendocument"


def zipped(parts: dict[str, str]) -> bytes:
    saved = BytesIO()
    with ZipFile(saved, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return saved.getvalue()


def tarred() -> bytes:
    saved = BytesIO()
    with tarfile.open(fileobj=saved, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("readme"))
    return saved.getvalue()


def office(content_type: str) -> bytes:
    return zipped({"[Content_Types].xml": f'<Override ContentType="application/{content_type}"/>'})


def ole(*streams: str) -> bytes:
    return compound(dict.fromkeys(streams, b""))


@pytest.fixture
def kind(tmp_path: Path) -> KindOf:
    def detect(content: bytes, filename: str) -> Kind:
        path = tmp_path / "upload"
        path.write_bytes(content)
        return kind_of(path, filename)

    return detect


BINARY = {
    "pdf": (pdf("x"), Kind.PDF),
    "docx": (docx("x"), Kind.DOCX),
    "pptx": (pptx(("x", "", "")), Kind.PPTX),
    "docm": (office("vnd.ms-word.document.macroEnabled.main+xml"), Kind.DOCX),
    "ppsx": (office(f"{OPENXML}.presentationml.slideshow.main+xml"), Kind.PPTX),
    "xlsx": (office(f"{OPENXML}.spreadsheetml.sheet.main+xml"), Kind.SHEET),
    "xlsb": (office("vnd.ms-excel.sheet.binary.macroEnabled.main"), Kind.SHEET),
    "odt": (zipped({"mimetype": f"{OPENDOCUMENT}.text"}), Kind.ODT),
    "odp": (zipped({"mimetype": f"{OPENDOCUMENT}.presentation"}), Kind.ODP),
    "ods": (zipped({"mimetype": f"{OPENDOCUMENT}.spreadsheet"}), Kind.SHEET),
    "epub": (zipped({"mimetype": "application/epub+zip\n"}), Kind.EPUB),
    "doc": (ole("1Table", "WordDocument"), Kind.DOC),
    "ppt": (ole("PowerPoint Document"), Kind.PPT),
    "xls": (ole("Workbook"), Kind.SHEET),
    "xls of 1995": (ole("Book"), Kind.SHEET),
    "msg": (ole("__nameid_version1.0", "__properties_version1.0"), Kind.MSG),
    "rtf": (b"{\\rtf1 hello}", Kind.RTF),
    "png": (PNG, Kind.IMAGE),
    "jpeg": (b"\xff\xd8\xff\xe0\0\x10JFIF", Kind.IMAGE),
    "webp": (b"RIFF\x24\0\0\0WEBPVP8 ", Kind.IMAGE),
    "bmp": (b"BM\x46\0\0\0\0\0\0\0\x36", Kind.IMAGE),
    "tiff": (b"II*\0\x08\0\0\0", Kind.IMAGE),
}


@pytest.mark.parametrize("filename", ["a.pdf", "a.txt", "a.docx", "a.xls", "a", "A.HTML"])
@pytest.mark.parametrize(("content", "expected"), BINARY.values(), ids=BINARY)
def test_a_binary_document_is_recognised_under_any_name(
    kind: KindOf, content: bytes, expected: Kind, filename: str
):
    assert kind(content, filename) is expected


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_every_suffix_has_a_reader(suffix: str):
    assert SUFFIXES[suffix] in READERS | READERS_OF_CONTAINERS


def test_a_pdf_may_have_something_before_its_header(kind: KindOf):
    assert kind(b"\xef\xbb\xbf\r\n" + pdf("x"), "a.pdf") is Kind.PDF


def test_a_text_about_pdf_is_a_text(kind: KindOf):
    assert kind(b"A file starts with %PDF-1.7", "notes.txt") is Kind.TEXT


@pytest.mark.parametrize(
    ("filename", "expected"),
    [
        ("a.html", Kind.HTML),
        ("a.HTM", Kind.HTML),
        ("a.json", Kind.JSON),
        ("a.csv", Kind.CSV),
        ("a.tsv", Kind.CSV),
        ("a.jsonl", Kind.JSON),
        ("a.md", Kind.MARKDOWN),
        ("a.rst", Kind.RST),
        ("a.tex", Kind.TEX),
        ("a.xml", Kind.XML),
        ("a.ipynb", Kind.NOTEBOOK),
        ("a.eml", Kind.EML),
        ("a.py", Kind.TEXT),
        ("a.yaml", Kind.TEXT),
        ("a.json.txt", Kind.TEXT),
        ("html", Kind.TEXT),
    ],
)
def test_a_text_is_recognised_by_its_suffix(kind: KindOf, filename: str, expected: Kind):
    assert kind(b"anything", filename) is expected


@pytest.mark.parametrize("filename", ["a.txt", "a.pdf", "a.docx", "a.json", "a"])
def test_a_file_without_bytes_is_empty_under_any_name(kind: KindOf, filename: str):
    with pytest.raises(EmptyFile, match="because it is empty"):
        kind(b"", filename)


PAGE = b"\n<!-- saved --><!DOCTYPE html>\n<p>Hello"
MAIL = b"Received: by x\nFrom: a@b.c\nTo: d@e.f\nSubject: Hello\n\nHello\n"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (PAGE, Kind.HTML),
        (b"<html><p>Hello", Kind.HTML),
        (PAGE.decode().encode("utf-16"), Kind.HTML),
        (b'<?xml version="1.0"?><html><p>Hello</p></html>', Kind.HTML),
        (b'<?xml version="1.0"?><note>Hello</note>', Kind.XML),
        (b'{"name": "Z\\u00fcrich"}', Kind.JSON),
        (b'[\n {"name": 1}]', Kind.JSON),
        (MAIL, Kind.EML),
        (MAIL.replace(b"\n", b"\r\n"), Kind.EML),
        (b"<p>is how a paragraph begins", Kind.TEXT),
        (b"{braces} and [brackets]", Kind.TEXT),
        (b"From: the kitchen\nTo: the cellar\nSubject: wine\n\nHello\n", Kind.TEXT),
    ],
)
@pytest.mark.parametrize("filename", ["a.txt", "a", "a.v2", "a.doc"])
def test_a_text_is_recognised_by_its_beginning_if_its_name_says_little(
    kind: KindOf, content: bytes, filename: str, expected: Kind
):
    assert kind(content, filename) is expected


@pytest.mark.parametrize("filename", ["a.json", "a.csv", "a.xml", "a.xls"])
def test_a_web_page_named_as_data_is_a_web_page(kind: KindOf, filename: str):
    assert kind(PAGE, filename) is Kind.HTML


@pytest.mark.parametrize("filename", ["a.php", "a.jsp", "a.vue", "a.py"])
def test_code_that_generates_pages_is_code(kind: KindOf, filename: str):
    assert kind(PAGE, filename) is Kind.TEXT


@pytest.mark.parametrize(
    ("filename", "expected"), [("a.xls", Kind.CSV), ("a.doc", Kind.TEXT), ("a.rtf", Kind.TEXT)]
)
def test_plain_text_named_as_an_office_file_is_text(kind: KindOf, filename: str, expected: Kind):
    assert kind(b"name\tprice\nbell\t3\n", filename) is expected


@pytest.mark.parametrize("filename", ["a.pdf", "a.docx", "a.pptx", "a.xlsx", "a.odt", "a.epub"])
@pytest.mark.parametrize("content", [b"<html>Not found</html>", b"Not found"])
def test_a_text_named_as_a_binary_document_is_damaged(kind: KindOf, content: bytes, filename: str):
    with pytest.raises(CorruptFile) as caught:
        kind(content, filename)

    assert str(caught.value) == (
        f"The file could not be parsed. Its name ends in {filename[1:]} but its content is"
        " something else: save it again from the program that made it and upload the new copy."
    )


@pytest.mark.parametrize(
    ("content", "filename", "error", "advice"),
    [
        (ole("Contents"), "a.pub", UnsupportedFile, "Upload text or source code"),
        (ole("WordDocument")[:600], "a.doc", CorruptFile, "It is damaged or incomplete"),
        (zipped({"readme": "x"}), "a.zip", UnsupportedFile, "It is a zip archive: unpack it"),
        (
            zipped({"readme": "x"}),
            "a.docx",
            CorruptFile,
            "It is a zip archive without the document",
        ),
        (docx("x")[:-900], "a.docx", CorruptFile, "It is damaged or incomplete"),
        (docx("x")[:-900], "a.zip", CorruptFile, "It is damaged or incomplete"),
        (without_part(docx("x"), "[Content_Types].xml"), "a.docx", CorruptFile, "It is a zip"),
        (gzip.compress(b"x"), "a.txt", UnsupportedFile, "It is a gzip archive: unpack it"),
        (b"7z\xbc\xaf\x27\x1c", "a", UnsupportedFile, "It is a 7-Zip archive: unpack it"),
        (b"Rar!\x1a\x07\0", "a", UnsupportedFile, "It is a RAR archive: unpack it"),
        (tarred(), "a", UnsupportedFile, "It is a tar archive: unpack it"),
        (bz2.compress(b"x"), "a", UnsupportedFile, "It is a bzip2 archive: unpack it"),
        (b"PAR1\x15\x04", "a.parquet", UnsupportedFile, "It is a Parquet table. Upload text"),
        (b"\x7fELF\2\1\1", "a.txt", UnsupportedFile, "It is a program. Upload text"),
        (b"MZ\x90\0\3\0\0\0", "a.txt", UnsupportedFile, "It is a program. Upload text"),
        (b"SQLite format 3\0", "a.txt", UnsupportedFile, "It is a database. Upload text"),
        (b"RIFF....WAVEfmt ", "a.txt", UnsupportedFile, "It is sound. Upload text"),
        (b"\0\0\0\x20ftypisom", "a", UnsupportedFile, "a picture, sound or film. Upload"),
        (b"wOF2\0\1\0\0", "a", UnsupportedFile, "It is a font. Upload text"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_without_a_reader_is_refused_with_advice(
    kind: KindOf, content: bytes, filename: str, error: type[IngestionError], advice: str
):
    with pytest.raises(error, match=advice):
        kind(content, filename)


@pytest.mark.parametrize(
    "content",
    [
        *(b"BMW makes cars", b"MZ is a format", b"ID3 tags", b"RIFF, WAVE", b"OTTO and I"),
        *(b"BZhou says", b"PAR1 is a receptor", b"The ftyp box", b"x" * 257 + b"ustar is a format"),
    ],
)
def test_a_text_may_begin_like_a_binary_format(kind: KindOf, content: bytes):
    assert kind(content, "a.txt") is Kind.TEXT


def test_a_huge_list_of_content_types_is_not_read_to_its_end(kind: KindOf):
    content = with_part(docx("x"), "[Content_Types].xml", lambda part: b" " * 50_000_000 + part)

    with pytest.raises(CorruptFile):
        kind(content, "a.docx")
