import pytest

from tests.ingestion.parsing.conftest import Read
from tests.ingestion.parsing.documents import with_part
from tests.ingestion.parsing.docx.bodies import r, with_body

RAISED = '<w:vertAlign w:val="superscript"/>'
SYMBOL = '<w:rFonts w:ascii="Symbol" w:hAnsi="Symbol"/>'


def with_style(content: bytes, style: str) -> bytes:
    return with_part(
        content,
        "word/styles.xml",
        lambda part: part.replace(b"</w:styles>", f"{style}</w:styles>".encode()),
    )


@pytest.mark.parametrize(
    ("runs", "read"),
    [
        (r("5 x 10") + r("6", RAISED) + r(" turns"), "5 x 10^6 turns"),
        (r("10") + r("-", RAISED) + r("12", RAISED) + r(" m"), "10^-12 m"),
        (r("120 m") + r("2", RAISED) + r("."), "120 m^2."),
        (r("10") + r("6", RAISED) + r("7"), "10^6 7"),
        (r("the 1") + r("st", RAISED) + r(" day"), "the 1st day"),
        (r("10") + r("6", '<w:position w:val="8"/><w:sz w:val="14"/>'), "10^6"),
        (r("H") + r("2", '<w:vertAlign w:val="subscript"/>') + r("O"), "H2O"),
        (r("10") + r("6", '<w:vertAlign w:val="baseline"/>'), "106"),
        (r("10") + r("6", f"<w:rPrChange><w:rPr>{RAISED}</w:rPr></w:rPrChange>"), "106"),
    ],
)
def test_powers_keep_their_caret(text: Read, runs: str, read: str):
    assert text(with_body(f"<w:p>{runs}</w:p>"), "a.docx") == read


def test_a_power_may_come_from_a_style_and_be_undone_in_a_run(text: Read):
    style = (
        '<w:style w:type="character" w:styleId="Up"><w:name w:val="Up"/>'
        f"<w:rPr>{RAISED}</w:rPr></w:style>"
    )
    up, down = '<w:rStyle w:val="Up"/>', '<w:vertAlign w:val="baseline"/>'
    body = f"<w:p>{r('10')}{r('6', up)}{r(' and 10')}{r('6', up + down)}</w:p>"

    assert text(with_style(with_body(body), style), "a.docx") == "10^6 and 106"


def test_the_mark_of_a_note_is_no_power(text: Read):
    style = (
        '<w:style w:type="character" w:styleId="Z"><w:name w:val="footnote reference"/>'
        f"<w:rPr>{RAISED}</w:rPr></w:style>"
    )
    mark = r("3", '<w:rStyle w:val="Z"/>')

    assert text(with_style(with_body(f"<w:p>{r('110 bar')}{mark}</w:p>"), style), "a.docx") == (
        "110 bar[3]"
    )


@pytest.mark.parametrize(
    ("runs", "read"),
    [
        (r("5 ") + r("m", SYMBOL) + r("g"), "5 \u03bcg"),
        (r("5 ") + r("\uf06d", SYMBOL) + r("g"), "5 \u03bcg"),
        (r("m\u00b3", '<w:rFonts w:ascii="Arial" w:hAnsi="Symbol"/>'), "m\u2265"),
        (r("5 m", '<w:rFonts w:ascii="Segoe UI Symbol"/>'), "5 m"),
        ('<w:r><w:sym w:font="Symbol" w:char="F0B1"/></w:r>' + r(" 2"), "\u00b1 2"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>' + r(" lorry"), "\u2611 lorry"),
        ('<w:r><w:sym w:font="Arial" w:char="2264"/></w:r>' + r(" 2"), "\u2264 2"),
        ('<w:r><w:sym w:font="Symbol" w:char="nothing"/><w:sym/></w:r>' + r("a"), "a"),
        ('<w:r><w:sym w:font="Symbol" w:char="FFFFFFFFFF"/></w:r>' + r("a"), "a"),
    ],
)
def test_fonts_of_signs_are_read_as_their_signs(text: Read, runs: str, read: str):
    assert text(with_body(f"<w:p>{runs}</w:p>"), "a.docx") == read


def test_a_deleted_sign_is_not_read(text: Read):
    sign = '<w:r><w:sym w:font="Symbol" w:char="F0B1"/></w:r>'

    assert text(with_body(f"<w:p><w:del>{sign}</w:del>{r('2 bar')}</w:p>"), "a.docx") == "2 bar"
