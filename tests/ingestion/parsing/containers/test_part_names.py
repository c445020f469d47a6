from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from ingestion.parsing.containers.part_names import DocumentZip, has_part, plain_name
from tests.ingestion.hostile.binary_sheets import xlsb
from tests.ingestion.parsing.conftest import Read
from tests.ingestion.parsing.documents import docx, pptx, with_part
from tests.ingestion.parsing.sheets.test_sheets import workbook
from tests.ingestion.parsing.test_detection import zipped

RENAMED: dict[str, Callable[[str], str]] = {
    "other letters": str.title,
    "capitals": str.upper,
    "backslashes": lambda name: name.replace("/", "\\"),
    "backslashes and capitals": lambda name: name.replace("/", "\\").upper(),
    "a slash in front": lambda name: f"/{name}",
    "this folder": lambda name: f"./{name}",
    "percent encoding": lambda name: name.replace("e", "%65").replace("[", "%5B"),
}
CONTENT = (
    '<office:document-content xmlns:office="o" xmlns:text="t"><office:body><office:text>'
    "<text:p>hello</text:p></office:text></office:body></office:document-content>"
)
CHAPTER = "<html><body><p>hello</p></body></html>"
BOOK = (
    "<package><manifest><item id='a' href='Text/a.xhtml' media-type='application/xhtml+xml'/>"
    "</manifest><spine><itemref idref='a'/></spine></package>"
)


def binary_workbook() -> bytes:
    xlsb(file := BytesIO(), (0, 0, "hello"))  # type: ignore[arg-type]
    return file.getvalue()


FILES = {
    "a.docx": docx("hello"),
    "a.pptx": pptx(("hello", "", "")),
    "a.xlsx": workbook(["hello"]),
    "a.xlsb": binary_workbook(),
    "a.odt": zipped(
        {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": CONTENT}
    ),
    "a.epub": zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": "<c><rootfile full-path='OPS/book.opf'/></c>",
            "OPS/book.opf": BOOK,
            "OPS/Text/a.xhtml": CHAPTER,
        }
    ),
}


def renamed(content: bytes, rename: Callable[[str], str]) -> bytes:
    file = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(file, "w") as new:
        for name in old.namelist():
            new.writestr(rename(name), old.read(name))
    return file.getvalue()


@pytest.mark.parametrize("rename", RENAMED.values(), ids=RENAMED)
@pytest.mark.parametrize("filename", FILES)
def test_parts_are_found_however_their_names_are_written(
    text: Read, filename: str, rename: Callable[[str], str]
):
    assert text(renamed(FILES[filename], rename), filename) == "hello"


@pytest.mark.parametrize("filename", ["a.docx", "a.xlsx", "a.xlsb"])
@pytest.mark.parametrize(
    ("written", "instead"),
    [
        (b'Target="', b'Target="./'),
        (b'Target="worksheets/', b'Target="worksheets\\'),
        (b'Target="worksheets/', b'Target="/xl/worksheets/'),
        (b'Target="worksheets/', b'Target="/XL/WorkSheets/'),
        (b'Target="word/', b'Target="Word\\'),
        (b'Target="word/', b'Target="/WORD/'),
    ],
)
def test_targets_are_found_however_they_are_written(
    text: Read, filename: str, written: bytes, instead: bytes
):
    content = FILES[filename]
    with ZipFile(BytesIO(content)) as archive:
        listings = [name for name in archive.namelist() if name.endswith(".rels")]
    for listing in listings:
        content = with_part(
            content,
            listing,
            lambda part: (
                part.replace(b'Target="/', b'Target="').replace(written, instead)
                if b'Target="/' not in part
                else part
            ),
        )

    assert text(content, filename) == "hello"


def test_an_exact_name_wins_over_an_equivalent_one():
    file = BytesIO(zipped({"a/One.xml": "1", "a/one.xml": "2", "A/ONE.XML": "3"}))

    with DocumentZip(file) as archive:
        found = [archive.read(name) for name in ("a/One.xml", "a/one.xml", "a\\oNE.xml")]

    assert found == [b"1", b"2", b"3"]


@pytest.mark.parametrize("name", ["", "/", "b.xml", "a/one.xml/", "a/../a/two.xml"])
def test_a_name_that_no_entry_has_is_missing(name: str):
    with DocumentZip(BytesIO(zipped({"a/one.xml": "1"}))) as archive:
        assert has_part(archive, name) is (name == "a/one.xml/")


def test_names_beyond_ascii_and_stray_percent_signs_are_compared(tmp_path: Path):
    assert plain_name("xl/Tabelle%C3%9C.xml") == plain_name("XL\\tabelle\u00fc.xml")
    assert plain_name("100%.xml") == "100%.xml"
