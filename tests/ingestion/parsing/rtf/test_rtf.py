import pytest

from ingestion.last_errors import CorruptFile, EmptyFile
from ingestion.parsing import Section
from tests.ingestion.parsing.conftest import Read, Sections


def rtf(body: str) -> bytes:
    return (r"{\rtf1\ansi\ansicpg1252\deff0 " + body + "}").encode("latin-1")


def test_paragraphs_are_separated_by_blank_lines(text: Read):
    assert text(rtf("First\r\n one.\\par\\par Second\\line one."), "a.rtf") == (
        "First one.\n\nSecond\none."
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (r"Z\'fcrich \'80", "Zürich €"),
        (r"\ansicpg1251 \'cf\'f0\'e8", "При"),
        (r"{\fonttbl{\f1\fcharset204 Arial;}}{\f1 \'cf\'f0\'e8} \'e9", "При é"),
        (r"{\fonttbl{\f1\fcharset128 Mincho;}}{\f1 \'93\'fa\'96{\b \'7b}}", "日本"),
        (r"\u8364?5 \u-3913?", "€5 •"),
        (r"\uc2\u26085\'93\'fa\uc0\u26412 x", "日本x"),
        (r"\u-10179?\u-8704?", "😀"),
        (r"\uc0{\uc1\u955?}\u955 .", "λλ."),
        (
            r"\lquote a\rquote\~\ldblquote b\rdblquote \emdash\bullet\_c\-d",
            "\u2018a\u2019\xa0“b”—•-cd",
        ),
        (r"\{\\\}", "{\\}"),
        (r"a\tab b", "a\tb"),
    ],
)
def test_characters_are_read_in_every_notation(text: Read, body: str, expected: str):
    assert text(rtf(body), "a.rtf") == expected


def test_groups_without_text_are_left_out(text: Read):
    body = (
        r"{\info{\title Secret}}{\*\generator Word}{\stylesheet{\s0 Normal;}}{\colortbl;\red1;}"
        r"{\pict\wmetafile8 0102030405}{\field{\*\fldinst HYPERLINK x}{\fldrslt link}}"
        r"{\*\bkmkstart b}{\deleted gone} here\bin3 }{}"
    )

    assert text(rtf(body), "a.rtf") == "link (x) here"


def test_every_heading_begins_a_section_under_its_name(sections: Sections):
    body = (
        r"{\stylesheet{\s1 heading 1;}}Before.\par\pard\s1 Leave\par\pard Thirty days.\par"
        r"{\pard\outlinelevel0 Pay\par}{\pard\outlinelevel9 Monthly.\par}"
    )

    assert sections(rtf(body), "a.rtf") == [
        Section("Before."),
        Section("Leave\n\nThirty days.", heading="Leave"),
        Section("Pay\n\nMonthly.", heading="Pay"),
    ]


def test_a_table_is_one_line_per_row(text: Read):
    body = (
        r"\trowd\pard\intbl Item\cell Price\cell\row\trowd\pard\intbl Bell\par big\cell 12\cell\row"
        r"\pard After.\par"
    )

    assert text(rtf(body), "a.rtf") == "Item | Price\nBell big | 12\n\nAfter."


def test_items_of_lists_have_their_numbers_and_bullets(text: Read):
    body = r"{\listtext\pard\plain 1.\tab}one\par{\pntext\'b7\tab}two\par{\listtext o\tab}three\par"

    assert text(rtf(body), "a.rtf") == "1. one\n- two\n- three"


def test_headers_are_read_once_and_footnotes_after_their_paragraph(text: Read):
    body = (
        r"{\header Handbook\par}Claim{\footnote The note.}.\par\sect{\header Handbook\par}More."
        r"{\*\annotation Hm.}\par"
    )

    assert text(rtf(body), "a.rtf") == "Handbook\n\nClaim.\n\nThe note.\n\nMore."


def test_a_text_box_is_read_after_its_paragraph(text: Read):
    body = (
        r"Text.{\shp{\*\shpinst{\sp{\sn x}{\sv 1}}{\shptxt In the box.\par}}{\shprslt In the box.}}"
        r"\par"
    )

    assert text(rtf(body), "a.rtf") == "Text.\n\nIn the box."


@pytest.mark.parametrize("end", ["", r"\par", r"\par}\par}"])
def test_a_missing_or_extra_closing_brace_is_forgiven(text: Read, end: str):
    assert text(rtf("Text." + end)[:-1], "a.rtf") == "Text."


def test_a_truncated_file_is_damaged(sections: Sections):
    with pytest.raises(CorruptFile, match="damaged or incomplete"):
        sections(rtf(r"Text.\par{\pict\wmetafile8 0102")[:-1], "a.rtf")


def test_too_deeply_nested_groups_are_refused(sections: Sections):
    with pytest.raises(CorruptFile) as failure:
        sections(rtf("{" * 100_000), "a.rtf")

    assert str(failure.value) == (
        "The file could not be parsed. Its groups are nested too deep: save it again."
    )


def test_a_file_without_text_is_empty(sections: Sections):
    with pytest.raises(EmptyFile):
        sections(rtf(r"\par\par"), "a.rtf")


FONTS = r"{\fonttbl{\f0 Arial;}{\f1\fcharset2 Symbol;}{\f2\fcharset2 Wingdings;}}"


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (r"{\f1 \'b3} 40 bar, 5 {\f1 m}g", "≥ 40 bar, 5 μg"),
        (r"5 \f1 m\f0 g", "5 μg"),
        (r"{\f1\u-3987?}g", "μg"),
        (r"{\f2 \'fe} yes", "☑ yes"),
        (r"10{\super 6} turns", "10^6 turns"),
        (r"10\super -4\nosupersub  s", "10^-4 s"),
        (r"10{\up6 21}.", "10^21."),
        (r"1{\super st} of May", "1st of May"),
        (r"H{\sub 2}O", "H2O"),
        (r'See {\field{\*\fldinst{HYPERLINK "https://a.example/tc"}}{\fldrslt{\ul it}}}.',
         "See it (https://a.example/tc)."),
        (r'{\field{\*\fldinst{HYPERLINK \\l "top"}}{\fldrslt up}}', "up"),
        (r"{\field{\*\fldinst{PAGE}}{\fldrslt 7}}", "7"),
    ],
)  # fmt: skip
def test_signs_powers_and_links_are_read(text: Read, body: str, shown: str):
    assert text(rf"{{\rtf1\ansi{FONTS}{body}\par}}".encode(), "a.rtf") == shown
