import struct

import pytest
from olefile import OleFileIO

from ingestion.chunking.document import document_text
from ingestion.parsing import Section
from ingestion.parsing.kinds import Kind
from tests.ingestion.hostile.compound import compound
from tests.ingestion.parsing.conftest import Read, Sections
from tests.ingestion.parsing.ppt.test_ppt import DECK, deck, outline, record, slide
from tests.ingestion.parsing.test_detection import KindOf, kind

__all__ = ["kind"]

ADDRESS = "https://example.org/terms"


def string(text: str, instance: int = 0) -> bytes:
    return record(0x0FBA, text.encode("utf-16-le"), instance=instance)


def text_of(words: str) -> bytes:
    return record(0x0F9F, struct.pack("<I", 4)) + record(0x0FA0, words.encode("utf-16-le"))


def style(*runs: tuple[int, int, bytes], paragraphs: bytes | None = None) -> bytes:
    """Return the settings of a text: (characters, mask, values) of each run."""
    length = sum(count for count, _, _ in runs)
    body = struct.pack("<IHI", length, 0, 0) if paragraphs is None else paragraphs
    for count, mask, values in runs:
        body += struct.pack("<II", count, mask) + values
    return record(0x0FA1, body)


def with_links(document: bytes, *targets: str) -> bytes:
    """Return a document record with links, whose ids count from 1."""
    listed = b"".join(
        record(
            0x0FD7,
            record(0x0FD3, struct.pack("<I", number)) + string("name") + string(target, 1),
            container=True,
        )
        for number, target in enumerate(targets, start=1)
    )
    return record(0x03E8, record(0x0409, listed, container=True) + document[8:], container=True)


def click(number: int) -> bytes:
    return record(0x0FF2, record(0x0FF3, struct.pack("<II8x", 0, number)), container=True)


def clicked(number: int, begin: int, end: int) -> bytes:
    return click(number) + record(0x0FDF, struct.pack("<II", begin, end))


RAISED, LOWERED = struct.pack("<h", 30), struct.pack("<h", -25)


@pytest.mark.parametrize(
    ("words", "runs", "shown"),
    [
        ("4 x 106 turns", [(6, 0, b""), (1, 0x80000, RAISED), (7, 0, b"")], "4 x 10^6 turns"),
        ("106", [(2, 0, b""), (2, 0x80000, RAISED)], "10^6"),
        ("H2O", [(1, 0, b""), (1, 0x80000, LOWERED), (2, 0, b"")], "H2O"),
        ("106", [(2, 1, b"\1\0"), (2, 0xB0001, b"\1\0\0\0\x12\0" + RAISED)], "10^6"),
        ("106", [(2, 0, b"")], "106"),
    ],
)
def test_powers_are_written_with_a_caret(
    text: Read, words: str, runs: list[tuple[int, int, bytes]], shown: str
):
    content = deck({1: outline(2), 2: slide(text_of(words) + style(*runs))})

    assert text(content, "a.ppt") == shown


@pytest.mark.parametrize(
    ("words", "mask", "font", "shown"),
    [
        ("5m", 0x10000, 1, "\u0035\u03bc"),
        ("5\uf06d", 0x800000, 1, "5\u03bc"),
        ("5m", 0x800000, 1, "5m"),
        ("5m", 0x10000, 0, "5m"),
        ("5m", 0x10000, 9, "5m"),
        ("5\uf0fc", 0, 0, "5\u2713"),
    ],
)
def test_signs_of_symbol_fonts_are_read_as_shown(
    text: Read, words: str, mask: int, font: int, shown: str
):
    names = (name.encode("utf-16-le").ljust(64, b"\0") for name in ("Arial", "Symbol"))
    fonts = b"".join(record(0x0FB7, name + bytes(4)) for name in names)
    document = record(
        0x03E8, record(0x07D5, fonts, container=True) + outline(2)[8:], container=True
    )
    values = struct.pack("<H", font) if mask else b""
    settings = style((1, 0, b""), (2, mask, values))

    assert text(deck({1: document, 2: slide(text_of(words) + settings)}), "a.ppt") == shown


def test_the_settings_of_paragraphs_are_skipped(text: Read):
    tabs = struct.pack("<H", 2) + bytes(8)
    paragraphs = struct.pack("<IHI", 4, 0, 0x10080F) + bytes(4) + tabs
    settings = style((2, 0, b""), (2, 0x80000, RAISED), paragraphs=paragraphs)

    assert text(deck({1: outline(2), 2: slide(text_of("106") + settings)}), "a.ppt") == "10^6"


def test_a_text_whose_settings_are_damaged_is_read_plain(text: Read):
    content = deck({1: outline(2), 2: slide(text_of("106") + record(0x0FA1, b"\1\0\0"))})

    assert text(content, "a.ppt") == "106"


def test_the_address_of_a_link_follows_its_words(text: Read):
    words = text_of("see the terms, and more") + clicked(1, 4, 13) + clicked(2, 19, 23)
    document = with_links(outline(2), ADDRESS, "https://example.org/more")

    assert text(deck({1: document, 2: slide(words)}), "a.ppt") == (
        f"see the terms ({ADDRESS}), and more (https://example.org/more)"
    )


@pytest.mark.parametrize(("number", "begin", "end"), [(9, 0, 3), (1, 3, 99), (1, 3, 3), (1, 3, 0)])
def test_a_link_without_an_address_or_a_place_is_left_out(
    text: Read, number: int, begin: int, end: int
):
    words = text_of("terms") + clicked(number, begin, end)

    assert text(deck({1: with_links(outline(2), ADDRESS), 2: slide(words)}), "a.ppt") == "terms"


def test_a_shape_that_is_a_link_is_read_with_its_address(text: Read):
    parts = record(0xF011, click(1), container=True)
    shape = record(0xF004, parts + record(0xF00D, text_of("Go"), container=True), container=True)
    group = record(0xF003, record(0xF004, b"", container=True) + shape, container=True)
    page = record(0x03EE, record(0x040C, group, container=True), container=True)

    assert text(deck({1: with_links(outline(2), ADDRESS), 2: page}), "a.ppt") == f"Go\n\n{ADDRESS}"


def test_the_alternative_text_of_a_picture_is_read(text: Read):
    name, words = "n\0".encode("utf-16-le"), "Pump in hall 9\0".encode("utf-16-le")
    properties = struct.pack("<HI", 0xC380, len(name)) + struct.pack("<HI", 0xC381, len(words))
    shape = record(0xF004, record(0xF00B, properties + name + words, instance=2), container=True)
    group = record(0xF003, record(0xF004, b"", container=True) + shape, container=True)
    page = record(0x03EE, record(0x040C, group, container=True), container=True)

    assert text(deck({1: outline(2, (0, "T")), 2: page}), "a.ppt") == "T\n\n[Pump in hall 9]"


def test_comments_follow_the_slide_with_their_authors(text: Read):
    said = record(0x2EE0, string("Ada") + string("Check the price", 1), container=True)
    anonymous = record(0x2EE0, string("Done", 1), container=True)
    blank = record(0x2EE0, string("Ada") + string(" ", 1), container=True)
    tag = string("___PPT10") + record(0x138B, said + anonymous + blank)
    tags = record(0x1388, record(0x138A, tag, container=True), container=True)
    page = slide(text_of("Prices"))
    page = record(0x03EE, page[8:] + tags, container=True)

    assert text(deck({1: outline(2), 2: page}), "a.ppt") == (
        "Prices\n\nComment by Ada: Check the price\n\nComment: Done"
    )


def two_halves(storage: str) -> bytes:
    with OleFileIO(DECK) as file:
        own = {name: file.openstream(name).read() for name in ("Current User",)}
        own["PowerPoint Document"] = file.openstream("PowerPoint Document").read()
    return compound({"PP40": b"of 1995", "Current User": b"of 1995", storage: {**own}})


@pytest.mark.parametrize("storage", ["PP97_DUALSTORAGE", "pp97_DualStorage"])
def test_the_newer_half_of_a_presentation_for_two_versions_is_read(
    sections: Sections, kind: KindOf, storage: str
):
    content = two_halves(storage)

    assert kind(content, "a.ppt") is Kind.PPT
    assert sections(content, "a.ppt") == sections(DECK, "a.ppt")


def test_a_lost_slide_costs_itself_and_is_named(sections: Sections):
    listed = (
        outline(2, (0, "One"))[16:] + outline(9, (0, "Gone"))[16:] + outline(3, (0, "Two"))[16:]
    )
    document = record(0x03E8, record(0x0FF0, listed, container=True), container=True)

    found = sections(deck({1: document, 2: slide(), 3: slide()}), "a.ppt")

    assert [one for one in found if one.text] == [
        Section("One", 1, "One"),
        Section("Two", 3, "Two"),
    ]
    assert [one.warning.message for one in found if one.warning] == [
        "Slide 2 could not be read (missing)"
    ]


def test_thousands_of_links_and_runs_take_linear_time(text: Read):
    count = 20_000
    words = text_of("ab" * count) + style(*[(1, 0x80000, RAISED)] * (2 * count + 1))
    words += b"".join(clicked(1, 2 * at, 2 * at + 1) for at in range(count))
    document = with_links(outline(2), "https://x.y")

    found = text(deck({1: document, 2: slide(words)}), "a.ppt")

    assert found.count("https://x.y") == count


def test_the_samples_text_is_unchanged(sections: Sections):
    assert document_text(sections(DECK, "a.ppt")).startswith("Welcome\n\nBring your card")
