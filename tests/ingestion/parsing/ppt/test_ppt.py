import struct
from pathlib import Path

import pytest
from olefile import OleFileIO

from ingestion.last_errors import CorruptFile, EmptyFile, EncryptedFile
from ingestion.parsing import Section
from tests.ingestion.hostile.compound import compound
from tests.ingestion.parsing.conftest import Sections

DECK = (Path(__file__).parents[1] / "samples" / "deck.ppt").read_bytes()
CURRENT, DOCUMENT = "Current User", "PowerPoint Document"


def streams() -> tuple[bytes, bytes]:
    with OleFileIO(DECK) as file:
        return file.openstream(CURRENT).read(), file.openstream(DOCUMENT).read()


def record(kind: int, body: bytes, *, instance: int = 0, container: bool = False) -> bytes:
    return struct.pack("<HHI", instance << 4 | 0xF * container, kind, len(body)) + body


def deck(*saves: dict[int, bytes]) -> bytes:
    """Return a presentation from the numbered records of each save. Number 1 is the document."""
    stream, last = b"", 0
    for objects in saves:
        places = []
        for number, content in objects.items():
            places.append(struct.pack("<II", 1 << 20 | number, len(stream)))
            stream += content
        directory = len(stream)
        stream += record(0x1772, b"".join(places))
        edit = struct.pack("<IIIIIII", 0, 0, last, directory, 1, 0, 0)
        last = len(stream)
        stream += record(0x0FF5, edit)
    user = struct.pack("<HHIIII", 0, 0xFF6, 0x14, 0x14, 0xE391C05F, last)
    return compound({CURRENT: user, DOCUMENT: stream})


def outline(number: int, *texts: tuple[int, str]) -> bytes:
    """Return a document record that lists one slide, record `number`, with the slide's texts."""
    records = record(0x03F3, struct.pack("<IIIII", number, 0, 0, 256, 0))
    for kind, words in texts:
        records += record(0x0F9F, struct.pack("<I", kind)) + record(0x0FA8, words.encode("latin-1"))
    return record(0x03E8, record(0x0FF0, records, container=True), container=True)


def slide(*boxes: bytes) -> bytes:
    shapes = b"".join(
        record(0xF004, record(0xF00D, box, container=True), container=True) for box in boxes
    )
    group = record(0xF003, record(0xF004, b"", container=True) + shapes, container=True)
    return record(
        0x03EE,
        record(0x040C, record(0xF002, group, container=True), container=True),
        container=True,
    )


def test_every_slide_is_a_section_with_its_title_tables_and_notes(sections: Sections):
    assert sections(DECK, "a.ppt") == [
        Section("Welcome\n\nBring your card\n\nMeet Ana\n\nSmile.", 1, "Welcome"),
        Section("Up\n\nDraft\n\nItem | Price\nBell | 12", 2, "Up"),
    ]


def test_texts_of_the_outline_appear_where_shapes_refer_to_them(sections: Sections):
    own = record(0x0F9F, struct.pack("<I", 4)) + record(0x0FA0, "own".encode("utf-16-le"))
    second = record(0x0F9E, struct.pack("<I", 1))
    content = deck({1: outline(2, (0, "Title"), (1, "b\ro\x0bdy")), 2: slide(second, own)})

    assert sections(content, "a.ppt") == [Section("Title\n\nb\n\no\ndy\n\nown", 1, "Title")]


def test_a_slide_is_read_as_it_was_last_saved(sections: Sections):
    first = {1: outline(2, (0, "Old")), 2: slide()}

    assert sections(deck(first, {1: outline(2, (0, "New"))}), "a.ppt") == [Section("New", 1, "New")]


def test_a_file_with_a_password_is_refused(sections: Sections):
    user, document = streams()
    content = compound(
        {CURRENT: user.replace(b"\x5f\xc0\x91\xe3", b"\xdf\xc4\xd1\xf3"), DOCUMENT: document}
    )

    with pytest.raises(EncryptedFile) as failure:
        sections(content, "a.ppt")

    assert str(failure.value) == (
        "The file could not be parsed. It is protected by a password: remove the protection and"
        " upload it again."
    )


def test_saves_that_refer_to_each_other_do_not_loop_forever(sections: Sections):
    content = bytearray(deck({1: outline(2, (0, "Once")), 2: slide()}))
    edit = content.index(struct.pack("<HHI", 0, 0x0FF5, 28))
    begin = content.index(struct.pack("<HHI", 0xF, 0x03E8, 0)[:4])
    content[edit + 16 : edit + 20] = struct.pack("<I", edit - begin)

    assert sections(bytes(content), "a.ppt") == [Section("Once", 1, "Once")]


@pytest.mark.parametrize(
    "content",
    [
        DECK[:2000],
        compound({CURRENT: streams()[0], DOCUMENT: streams()[1][:9000]}),
        compound({DOCUMENT: streams()[1]}),
        deck({2: slide()}),
        deck({1: outline(7)}),
    ],
    ids=["header", "half", "no user", "no document", "no slide"],
)
def test_a_damaged_presentation_is_refused(sections: Sections, content: bytes):
    with pytest.raises(CorruptFile, match="damaged or incomplete"):
        sections(content, "a.ppt")


def test_a_presentation_without_text_is_empty(sections: Sections):
    with pytest.raises(EmptyFile):
        sections(deck({1: outline(2, (0, "*")), 2: slide()}), "a.ppt")
