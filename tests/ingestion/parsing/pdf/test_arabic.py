from collections.abc import Callable

import pytest

from tests.ingestion.hostile.pdf_objects import one_page, stream

Read = Callable[[bytes], str]


def written(*glyphs: str, is_logical: bool = False) -> bytes:
    """Return a page of glyphs, in the order of reading, each of which stands for some letters.

    Programs write them as they are seen, from left to right, or else each at its place.
    """
    mapped = b"".join(
        b"<%02x> <%b>" % (65 + number, glyph.encode("utf-16-be").hex().encode())
        for number, glyph in enumerate(glyphs)
    )
    to_unicode = (
        b"begincmap 1 begincodespacerange <00> <FF> endcodespacerange %d beginbfchar %b"
        % (
            len(glyphs),
            mapped,
        )
    )
    font = (
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/FirstChar 65/LastChar %d/Widths[%b]"
        b"/Encoding/WinAnsiEncoding/ToUnicode 7 0 R>>"
    ) % (64 + len(glyphs), b"500 " * len(glyphs))
    codes = range(65, 65 + len(glyphs))
    if is_logical:
        shown = b"".join(
            b"1 0 0 1 %d 700 Tm <%02x> Tj " % (500 - 6 * number, code)
            for number, code in enumerate(codes)
        )
    else:
        shown = b"72 700 Td <%b> Tj " % bytes(reversed(codes)).hex().encode()
    return one_page(
        stream(b"BT /G 12 Tf %bET" % shown),
        font,
        stream(to_unicode + b" endbfchar endcmap"),
        page=b"/Resources<</Font<</G 6 0 R>>>>",
    ).replace(b"/Resources<</Font<</F 5 0 R>>>>", b"")


@pytest.mark.parametrize("is_logical", [False, True], ids=["as seen", "as read"])
@pytest.mark.parametrize(
    "glyphs",
    [
        "\u0627 \u0644 \u0645 \u0634 \u0643 \u0644\u0627 \u062a",
        "\u0644\u0623 \u0646 \u0647 \u0644\u0625 \u0644\u0622",
        "\u0633 \u0644\u0627 \u0645",
        "\u0644\u0627",
        "\u0627\u0644\u0644\u0647 \u0648",
        "\u0644\u0627 \u0644\u0645 \u0644\u0645\u062d",
        "\u0627 \u0644 \u0643 \u062a \u0627 \u0628",
        "\u0627 \u0644 \u0627 \u0644 \u0644\u0627",
        "\u05e9 \u05dc \u05d5 \u05dd",
    ],
)
def test_letters_of_a_ligature_are_in_order(text: Read, glyphs: str, is_logical: bool):
    parts = glyphs.split()

    assert text(written(*parts, is_logical=is_logical)) == "".join(parts)


@pytest.mark.parametrize("glyph", ["\ufefb", "\ufefc", "\ufef7"])
def test_a_ligature_with_a_character_of_its_own_is_spelled_out(text: Read, glyph: str):
    found = text(written("\u0633", glyph, "\u0645"))

    assert found in ("\u0633\u0644\u0627\u0645", "\u0633\u0644\u0623\u0645")
