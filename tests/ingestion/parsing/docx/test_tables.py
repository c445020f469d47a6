import pytest

from tests.ingestion.parsing.conftest import Read
from tests.ingestion.parsing.docx.bodies import p, with_body

BEGINS, GOES_ON = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


def cell(text: str, settings: str = "") -> str:
    return f"<w:tc><w:tcPr>{settings}</w:tcPr>{p(text)}</w:tc>"


def row(*cells: str, settings: str = "") -> str:
    return f"<w:tr><w:trPr>{settings}</w:trPr>{''.join(cells)}</w:tr>"


def table(*rows: str) -> str:
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


@pytest.mark.parametrize("goes_on", [GOES_ON, '<w:vMerge w:val="continue"/>'])
def test_a_cell_that_spans_rows_is_repeated_in_each(text: Read, goes_on: str):
    content = table(
        row(cell("Wells", BEGINS), cell("Rope"), cell("4")),
        row(cell("", goes_on), cell("Pail"), cell("9")),
        row(cell("", goes_on), cell("Lid"), cell("2")),
        row(cell("Bath"), cell("Rope"), cell("1")),
        row(cell(""), cell("Pail"), cell("5")),
    )

    assert text(with_body(content), "a.docx").split("\n") == [
        *("Wells | Rope | 4", "Wells | Pail | 9", "Wells | Lid | 2"),
        *("Bath | Rope | 1", " | Pail | 5"),
    ]


def test_columns_beside_a_cell_that_spans_columns_stay_aligned(text: Read):
    content = table(
        row(cell("Sum", '<w:gridSpan w:val="2"/>'), cell("9")),
        row(cell("a"), cell("b", BEGINS), cell("c")),
        row(cell("d"), cell("", GOES_ON), cell("e")),
        row(cell("f"), cell("g"), settings='<w:gridBefore w:val="1"/>'),
        row(cell("wide", f'<w:gridSpan w:val="2"/>{BEGINS}'), cell("h")),
        row(cell("", f'<w:gridSpan w:val="2"/>{GOES_ON}'), cell("i")),
    )

    assert text(with_body(content), "a.docx").split("\n") == [
        *("Sum |  | 9", "a | b | c", "d | b | e", " | f | g", "wide |  | h", "wide |  | i"),
    ]


def test_a_row_of_one_cell_is_a_paragraph(text: Read):
    content = table(row(cell("Title", '<w:gridSpan w:val="3"/>')), row(cell("a"), cell("b")))

    assert text(with_body(content), "a.docx") == "Title\n\na | b"


def test_a_table_in_a_spanning_cell_keeps_its_own_spans(text: Read):
    inner = table(row(cell("x", BEGINS), cell("1")), row(cell("", GOES_ON), cell("2")))
    content = table(
        row(cell("y", BEGINS), f"<w:tc>{inner}</w:tc>"), row(cell("", GOES_ON), cell("z"))
    )

    assert text(with_body(content), "a.docx") == "y | x | 1 x | 2\ny | z"


def test_hostile_spans_do_not_grow_the_text(text: Read):
    wide = '<w:gridSpan w:val="2000000000"/>'
    long = "word " * 5_000
    rows = [row(cell("", wide + GOES_ON), cell("b", wide)) for _ in range(50)]

    read = text(with_body(table(row(cell(long, BEGINS), cell("a")), *rows)), "a.docx")

    assert read.count("word") == 5_000
    assert len(read) < 400_000
