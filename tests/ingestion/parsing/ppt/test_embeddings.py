import struct
import zlib
from collections.abc import Callable

import pytest

from ingestion.chunking.document import document_text
from ingestion.parsing import Section
from tests.ingestion.hostile.compound import compound
from tests.ingestion.parsing.blocks.test_graph_charts import TABLE, graph
from tests.ingestion.parsing.conftest import Sections
from tests.ingestion.parsing.containers.test_ole_objects import dropped
from tests.ingestion.parsing.ppt.test_ppt import deck, outline, record, slide
from tests.ingestion.parsing.ppt.test_slide_text import text_of
from tests.ingestion.parsing.sheets.test_sheets import workbook

PARTS = compound({"Package": workbook(["Impeller", 312])})
OBJECT, STORED = 7, 3  # the id of the object, and the number of its record


def packed(content: bytes) -> bytes:
    return record(0x1011, struct.pack("<I", len(content)) + zlib.compress(content), instance=1)


def plain(content: bytes) -> bytes:
    return record(0x1011, content)


def with_object(stored: bytes, *, times: int = 1, number: int = OBJECT) -> bytes:
    """Return a presentation whose slide refers to an object."""
    atom = record(0x0FC3, struct.pack("<6I", 1, 0, OBJECT, 3, STORED, 0))
    listed = record(0x0409, record(0x0FCC, atom, container=True), container=True)
    document = record(0x03E8, listed + outline(2, (0, "Spare parts"))[8:], container=True)
    reference = record(0xF011, record(0x0BC1, struct.pack("<I", number)), container=True)
    shapes = b"".join([record(0xF004, reference, container=True)] * times)
    page = record(0x03EE, slide(text_of("Text"))[8:] + shapes, container=True)
    return deck({1: document, 2: page, STORED: stored})


def read(found: list[Section]) -> tuple[str, list[str]]:
    warnings = [one.warning.message for one in found if one.warning]
    return document_text(one for one in found if not one.warning), warnings


@pytest.mark.parametrize("write", [packed, plain])
def test_a_workbook_on_a_slide_is_read_after_it(
    sections: Sections, write: Callable[[bytes], bytes]
):
    assert read(sections(with_object(write(PARTS)), "a.ppt")) == (
        "Spare parts\n\nText\n\nAttachment: object7.xlsx\n\nImpeller | 312",
        [],
    )


def test_a_chart_is_read_under_the_title_of_its_slide(sections: Sections):
    found = sections(with_object(packed(graph(*TABLE))), "a.ppt")

    assert found[1:] == [
        Section(" | Spring | Zürich\nEast | 20.4 | -3\nWest |  | 1000000", 1, "Spare parts")
    ]


def test_a_file_behind_an_icon_is_read_under_its_name(sections: Sections):
    stored = packed(compound({"\x01Ole10Native": dropped(b"notes.txt", b"hello")}))

    assert read(sections(with_object(stored), "a.ppt"))[0].endswith(
        "Attachment: notes.txt\n\nhello"
    )


def test_an_object_is_read_once_on_a_slide(sections: Sections):
    text, _ = read(sections(with_object(packed(PARTS), times=3), "a.ppt"))

    assert text.count("Impeller") == 1


@pytest.mark.parametrize(
    "stored",
    [
        record(0x1011, b"\0\0\0\0not packed", instance=1),
        record(0x03EE, b"another record"),
    ],
)
def test_a_lost_object_costs_itself_and_is_named(sections: Sections, stored: bytes):
    assert read(sections(with_object(stored), "a.ppt")) == (
        "Spare parts\n\nText",
        ["An object on slide 1 could not be read (damaged)"],
    )


def test_an_object_that_unpacks_to_too_much_is_named(
    sections: Sections, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("ingestion.parsing.ppt.embeddings.MAX_BYTES", 1000)

    _, warnings = read(sections(with_object(packed(bytes(100_000))), "a.ppt"))

    assert warnings == ["An object on slide 1 could not be read (damaged)"]


def test_all_objects_together_unpack_to_a_limit(
    sections: Sections, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("ingestion.parsing.ppt.embeddings.MAX_UNPACKED", len(PARTS) - 1)

    _, warnings = read(sections(with_object(packed(PARTS)), "a.ppt"))

    assert warnings == ["An object on slide 1 could not be read (damaged)"]


def test_controls_and_links_to_other_files_are_left_out(sections: Sections):
    assert read(sections(with_object(packed(PARTS), number=99), "a.ppt")) == (
        "Spare parts\n\nText",
        [],
    )


def test_an_equation_of_an_old_kind_is_named(sections: Sections):
    _, warnings = read(sections(with_object(packed(compound({"Equation Native": b"x"}))), "a.ppt"))

    assert warnings == ["Equations of Office before 2007 were not read"]
