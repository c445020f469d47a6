from collections.abc import Callable

import pytest

from ingestion.parsing.pdf import glyph_names
from ingestion.parsing.pdf.glyph_names import letters_of
from tests.ingestion.hostile.pdf_objects import one_page, packed, pdf, stream

Read = Callable[[bytes], str]

WORDS = b"BT /G 12 Tf 72 700 Td (The o\\001ice veri\\002es the in\\003ow.) Tj ET"
SENTENCE = "The office verifies the inflow."
TO_NOTHING = b"3 beginbfchar <01> <0000> <02> <0000> <03> <0000> endbfchar"


def table(*sections: bytes) -> bytes:
    spaces = b"begincmap 1 begincodespacerange <00> <FF> endcodespacerange "
    return spaces + b" ".join(sections) + b" endcmap"


def with_font(
    names: bytes, to_unicode: bytes = b"", *, content: bytes = WORDS, kind: bytes = b"Type1"
) -> bytes:
    """Return a page whose font has these names, and perhaps a table, which is a stream."""
    font = b"<</Type/Font/Subtype/%b/BaseFont/Helvetica/Encoding 7 0 R%b>>" % (
        kind,
        b"/ToUnicode 8 0 R" if to_unicode else b"",
    )
    encoding = b"<</Type/Encoding/BaseEncoding/WinAnsiEncoding/Differences[%b]>>" % names
    return one_page(
        stream(content),
        font,
        encoding,
        to_unicode or b"null",
        page=b"/Resources<</Font<</G 6 0 R>>>>",
    ).replace(b"/Resources<</Font<</F 5 0 R>>>>", b"")


@pytest.mark.parametrize(
    "names",
    [
        b"1/ff/fi/fl",
        b"1/f_f/f_i/f_l",
        b"1 /uniFB00 /uniFB01 /uniFB02",
        b"1/uni00660066/uni00660069/uni0066006C",
        b"1/ff.alt/f_i.liga/fl",
        b"3/fl 1/f_f 2/fi",
    ],
)
@pytest.mark.parametrize(
    "to_unicode",
    [
        b"",
        stream(table(TO_NOTHING)),
        packed(table(TO_NOTHING)),
        stream(table(b"1 beginbfrange <01> <03> <0000> endbfrange")),
        stream(table(b"1 beginbfrange <01> <03> [<0000> <0000> <0000>] endbfrange")),
        stream(table(b"1 beginbfrange <20> <7E> <0020> endbfrange")),
        stream(table(b"1 beginbfchar <61> <0061> endbfchar")),
    ],
    ids=["none", "to nothing", "packed", "range", "array", "others", "one"],
)
@pytest.mark.parametrize("kind", [b"Type1", b"TrueType"])
def test_ligatures_come_from_their_names(text: Read, names: bytes, to_unicode: bytes, kind: bytes):
    assert text(with_font(names, to_unicode, kind=kind)) == SENTENCE


def test_a_table_with_letters_is_believed_before_names(text: Read):
    to_unicode = stream(
        table(b"3 beginbfchar <01> <00660066> <02> <00660069> <03> <0000> endbfchar")
    )

    assert text(with_font(b"1/x_y/x_y/f_l", to_unicode)) == SENTENCE


def test_a_code_of_a_letter_is_not_shown_for_a_ligature(text: Read):
    content = b"BT /G 12 Tf 72 700 Td (The oAice) Tj ET"

    assert text(with_font(b"65/f_f", content=content)) == "The office"


def test_ligatures_on_every_page_are_repaired(text: Read):
    font = (
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding<</Differences[1/f_f/f_i/f_l]>>>>"
    )
    page = (
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R"
        b"/Resources<</Font<</G 5 0 R>>>>>>"
    )
    content = pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R 6 0 R]/Count 2>>",
        page,
        stream(WORDS),
        font,
        page,
    )

    assert text(content) == f"{SENTENCE}\n\n{SENTENCE}"


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("fi", "fi"),
        ("f_f_i", "ffi"),
        ("T_h.liga", "Th"),
        ("uniFB01", "fi"),
        ("uni00660069", "fi"),
        ("u1F600", ""),
        ("u0066", "f"),
        ("longs_t", "st"),
        ("uni0066_uni0069", "fi"),
        ("f", ""),
        ("g12", ""),
        ("g12_g13", ""),
        ("uniD800", ""),
        ("uni0000", ""),
        ("_", ""),
        ("", ""),
        (".notdef", ""),
    ],
)
def test_letters_of_a_name(name: str, letters: str):
    assert letters_of(name) == letters


@pytest.mark.parametrize(
    ("names", "to_unicode"),
    [
        (b"1/f_f 99999999999/f_i/f_l", stream(table())),
        (b"1/f_f/f_i/f_l", stream(b"begincmap <01> endbfchar beginbfchar <zz> <1> endcmap")),
        (b"1/f_f/f_i/f_l", b"<</Length 9/Filter/FlateDecode>>stream\nnot packed\nendstream"),
        (b"1/f_f/f_i/f_l", b"<</Length 99999>>stream\nshort\nendstream"),
        (b"1/f_f/f_i/f_l", b"(no stream)"),
        (b"1/f_f/f_i/f_l" + b" 1/x" * 9_000, stream(table())),
        (
            b"1/f_f/f_i/f_l",
            packed(table(b"9 beginbfrange " + b"<00> <FF> <0000> " * 90_000 + b"endbfrange")),
        ),
    ],
    ids=["codes", "table", "packing", "length", "no stream", "many names", "long table"],
)
def test_damaged_fonts_do_not_harm_the_page(text: Read, names: bytes, to_unicode: bytes):
    assert text(with_font(names, to_unicode)).startswith("The o")


def test_no_more_copies_are_made_if_they_do_not_help(text: Read, monkeypatch: pytest.MonkeyPatch):
    made = []
    monkeypatch.setattr(glyph_names, "_copy", lambda *_: made.append(1) or b"")
    content = with_font(b"1/f_f/f_i/f_l").replace(
        b"/Kids[3 0 R]/Count 1", b"/Kids[%b]/Count 20" % b" ".join([b"3 0 R"] * 20)
    )

    text(content)

    assert len(made) == 3
