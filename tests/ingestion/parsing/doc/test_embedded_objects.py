from pathlib import Path

import pytest
from olefile import OleFileIO

from ingestion.chunking.document import document_text
from ingestion.parsing import Section
from tests.ingestion.hostile.compound import Tree, compound
from tests.ingestion.parsing.blocks.test_graph_charts import BEGIN, TABLE
from tests.ingestion.parsing.conftest import Sections
from tests.ingestion.parsing.containers.test_ole_objects import dropped
from tests.ingestion.parsing.documents import docx
from tests.ingestion.parsing.sheets.test_sheets import workbook

SAMPLES = Path(__file__).parents[1] / "samples"


def parts(sample: str) -> Tree:
    with OleFileIO(str(SAMPLES / sample)) as file:
        names = [entry[0] for entry in file.listdir() if len(entry) == 1]
        return {name: file.openstream(name).read() for name in names}


def read(found: list[Section]) -> tuple[str, list[str]]:
    warnings = [one.warning.message for one in found if one.warning]
    return document_text(one for one in found if not one.warning), warnings


@pytest.mark.parametrize(
    ("storage", "shown"),
    [
        ({"Package": workbook(["Impeller", 312])}, "Attachment: object1.xlsx\n\nImpeller | 312"),
        ({"Package": docx("hello")}, "Attachment: object1.docx\n\nhello"),
        ({"\x01Ole10Native": dropped(b"notes.txt", b"hello")}, "Attachment: notes.txt\n\nhello"),
        ({"Workbook": BEGIN + b"".join(TABLE)}, "East | 20.4 | -3\nWest |  | 1000000"),
        (parts("prices.xls"), "Attachment: object1.xls\n\nItem | Price"),
        (parts("deck.ppt"), "Attachment: object1.ppt\n\nWelcome"),
        (parts("handbook.doc"), "Attachment: object1.doc\n\n"),
    ],
    ids=["workbook", "document", "text", "chart", "old workbook", "old deck", "old document"],
)
def test_an_embedded_object_is_read_after_the_text(sections: Sections, storage: Tree, shown: str):
    plain, _ = read(sections((SAMPLES / "handbook.doc").read_bytes(), "a.doc"))
    content = compound(parts("handbook.doc") | {"ObjectPool": {"_1234": storage}})

    text, warnings = read(sections(content, "a.doc"))

    assert text.startswith(f"{plain}\n\n")
    assert shown in text.removeprefix(plain)
    assert warnings == []


def test_equations_and_pictures_are_no_files(sections: Sections):
    pool: Tree = {
        "_1": {"Equation Native": b"x"},
        "_2": {"\x01CompObj": b"..PBrush", "\x01Ole10Native": b"\x04\0\0\0BM.."},
        "_3": {"\x03ObjInfo": b"x"},
    }
    content = compound(parts("handbook.doc") | {"ObjectPool": pool})

    text, warnings = read(sections(content, "a.doc"))

    assert "Attachment" not in text
    assert warnings == ["Equations of Office before 2007 were not read"]
