from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from olefile import OleFileIO
from openpyxl import Workbook

from ingestion.chunking.document import document_text
from ingestion.last_errors import CorruptFile
from ingestion.parsing import Section
from tests.ingestion.hostile.compound import Tree, compound
from tests.ingestion.parsing.conftest import Sections
from tests.ingestion.parsing.containers.test_ole_objects import dropped
from tests.ingestion.parsing.documents import docx, saved, with_part, without_part
from tests.ingestion.parsing.pptx.slides import KINDS, related

SHEETS = [f"xl/worksheets/sheet{number}.xml" for number in (1, 2, 3)]


def book() -> bytes:
    """Return a workbook of three sheets."""
    book = Workbook()
    for name, words in (("One", "bell"), ("Two", "horn"), ("Three", "gong")):
        sheet = book.active if name == "One" else book.create_sheet()
        sheet.title = name
        sheet.append([words])
    return saved(book)


def read(found: list[Section]) -> tuple[str, list[str]]:
    warnings = [one.warning.message for one in found if one.warning]
    return document_text(one for one in found if not one.warning), warnings


LOST: dict[str, tuple[Callable[[bytes, str], bytes], str]] = {
    "missing": (without_part, "The sheet Two could not be read (missing)"),
    "no bytes": (
        lambda content, part: with_part(content, part, lambda _: b""),
        "The sheet Two could not be read (damaged)",
    ),
    "half": (
        lambda content, part: with_part(content, part, lambda text: text[:-40]),
        "The sheet Two could not be read (damaged)",
    ),
}


@pytest.mark.parametrize(("lose", "warning"), LOST.values(), ids=LOST)
def test_a_lost_sheet_costs_itself_and_is_named(
    sections: Sections, lose: Callable[[bytes, str], bytes], warning: str
):
    text, warnings = read(sections(lose(book(), SHEETS[1]), "a.xlsx"))

    assert text.startswith("bell")
    assert text.endswith("gong")
    assert warnings == [warning]


@pytest.mark.parametrize("lose", [one for one, _ in LOST.values()], ids=LOST)
def test_a_workbook_without_any_of_its_sheets_is_damaged(
    sections: Sections, lose: Callable[[bytes, str], bytes]
):
    content = book()
    for part in SHEETS:
        content = lose(content, part)

    with pytest.raises(CorruptFile):
        sections(content, "a.xlsx")


@pytest.mark.parametrize(
    ("content", "name", "kind", "shown"),
    [
        (docx("hello"), "Doc1.docx", "package", "Attachment: Doc1.docx\n\nhello"),
        (
            compound({"\x01Ole10Native": dropped(b"notes.txt", b"hello")}),
            "oleObject1.bin",
            "oleObject",
            "Attachment: notes.txt\n\nhello",
        ),
    ],
)
def test_a_file_embedded_in_a_sheet_follows_the_sheets(
    sections: Sections, content: bytes, name: str, kind: str, shown: str
):
    listing = "xl/worksheets/_rels/sheet2.xml.rels"
    file = related(book(), listing, f"{KINDS}/{kind}", f"../embeddings/{name}")
    found = sections(with_part(file, f"xl/embeddings/{name}", lambda _: content), "a.xlsx")

    assert read(found) == (f"bell\n\nhorn\n\ngong\n\n{shown}", [])
    assert [section.page for section in found][-2:] == [2, 2]


def test_the_rows_before_the_damage_of_a_long_sheet_are_read(sections: Sections):
    long = Workbook()
    for number in range(2_000):
        long.active.append([f"bell {number}"])
    long.create_sheet("Next").append(["gong"])
    content = with_part(saved(long), SHEETS[0], lambda text: text[:-40])

    text, warnings = read(sections(content, "a.xlsx"))

    assert text.startswith("bell 0\nbell 1\n")
    assert text.endswith("gong")
    assert warnings == ["The rest of the sheet Sheet could not be read (damaged)"]


def test_a_damaged_drawing_costs_itself_and_is_named(sections: Sections):
    listing, target = "xl/worksheets/_rels/sheet2.xml.rels", "../drawings/drawing1.xml"
    content = related(book(), listing, f"{KINDS}/drawing", target)
    content = with_part(content, "xl/drawings/drawing1.xml", lambda _: b"<a><b></a>")

    assert read(sections(content, "a.xlsx")) == (
        "bell\n\nhorn\n\ngong",
        ["A drawing or comment on the sheet Two could not be read (damaged)"],
    )


def test_an_object_embedded_in_an_old_workbook_follows_the_sheets(sections: Sections):
    plain = (Path(__file__).parents[1] / "samples" / "prices.xls").read_bytes()
    with OleFileIO(BytesIO(plain)) as file:
        data = file.openstream("Workbook").read()
    inner: Tree = {"MBD0001": {"Package": docx("hello")}, "_VBA": {"Package": docx("no")}}
    alone, _ = read(sections(plain, "a.xls"))

    assert read(sections(compound({"Workbook": data} | inner), "a.xls")) == (
        f"{alone}\n\nAttachment: object1.docx\n\nhello",
        [],
    )
