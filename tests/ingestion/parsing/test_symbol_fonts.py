# ruff: noqa: RUF001

import pytest

from ingestion.parsing.symbol_fonts import from_symbol_font, is_symbol_font


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("m", "μ"),
        ("\uf06d", "μ"),
        ("\u00b3\u00b1\u00d7", "≥±⋅"),
        ("\uf0b3 40", "≥ 40"),
        ("abc 123", "αβχ 123"),
        ("\u00a3\u00b4\u00b7\u00b0", "≤×•°"),
        ("W \u00d6 \u00e5 \u00f2", "Ω √ ∑ ∫"),
        ("a\u0301日", "α\u0301日"),
        ("", ""),
    ],
)
def test_the_font_symbol_shows_greek_letters_and_operators(stored: str, shown: str):
    assert from_symbol_font("Symbol", stored) == shown


@pytest.mark.parametrize(
    ("font", "stored", "shown"),
    [
        ("Wingdings", "\uf0fe\uf0a8\uf0fd\u00fc\u00fb", "☑☐☒✓✗"),
        ("Wingdings", "\u00e0 l n \uf0a7", "→ ● ■ ▪"),
        ("Wingdings", "\u20ac\u0081\u0152\u201a", "⓪①❶②"),
        ("Wingdings", "J \uf04c", "☺ ☹"),
        ("Wingdings 2", "P R \uf0a3 j", "✓ ☑ ☐ ①"),
        ("Wingdings 3", '} \uf070 "', "▸ ▲ →"),
        ("Webdings", "a r c", "✓ ✗ □"),
        ("ZapfDingbats", "4 l \u00ac", "✔ ● ①"),
    ],
)
def test_fonts_of_pictures_show_boxes_ticks_arrows_and_digits_in_circles(
    font: str, stored: str, shown: str
):
    assert from_symbol_font(font, stored) == shown


@pytest.mark.parametrize("font", ["Wingdings", "Wingdings 2", "Wingdings 3", "Webdings"])
def test_no_letter_of_a_font_of_pictures_is_read_as_a_letter(font: str):
    letters = "".join(map(chr, [*range(0x41, 0x5B), *range(0x61, 0x7B), *range(0xC0, 0x100)]))

    shown = from_symbol_font(font, letters)

    assert len(shown) == len(letters)
    assert not set(shown) & set(letters)


@pytest.mark.parametrize(
    "name", ["symbol", "SYMBOL", "SymbolMT", "ABCDEF+SymbolMT", "Symbol,Bold", " Symbol "]
)
def test_names_of_fonts_are_compared_as_programs_write_them(name: str):
    assert is_symbol_font(name)
    assert from_symbol_font(name, "p") == "π"


@pytest.mark.parametrize("font", ["", "Arial", "Segoe UI Symbol", "Symbolic", "Wingdings 9"])
def test_the_text_of_other_fonts_is_unchanged(font: str):
    assert not is_symbol_font(font)
    assert from_symbol_font(font, "5 mg ³ é 日") == "5 mg ³ é 日"


def test_bullets_and_ticks_whose_font_is_lost_are_shown_and_letters_are_not_invented():
    assert from_symbol_font("Arial", "\uf0b7 one \uf0fc \uf06d") == "• one ✓ \uf06d"
