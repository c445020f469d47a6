from tests.ingestion.parsing.conftest import Read
from tests.ingestion.parsing.odf.test_open_documents import odt, p

COVERED = "<table:covered-table-cell/>"


def cell(text: str, spans: str = "") -> str:
    return f"<table:table-cell {spans}>{p(text)}</table:table-cell>"


def table(*rows: str) -> str:
    lines = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    return f"<table:table>{lines}</table:table>"


def test_a_cell_that_spans_rows_is_repeated_in_each(text: Read):
    content = table(
        cell("Wells", 'table:number-rows-spanned="2"') + cell("Rope"),
        COVERED + cell("Pail"),
        cell("Bath") + cell("Lid"),
    )

    assert text(odt(content), "a.odt") == "Wells | Rope\nWells | Pail\nBath | Lid"


def test_columns_beside_a_cell_that_spans_columns_stay_aligned(text: Read):
    wide = 'table:number-columns-spanned="2"'
    content = table(
        cell("Sum", wide) + COVERED + cell("9"),
        cell("a") + cell("b") + cell("c"),
        cell("both", f'{wide} table:number-rows-spanned="2"') + COVERED + cell("d"),
        '<table:covered-table-cell table:number-columns-repeated="2"/>' + cell("e"),
    )

    assert text(odt(content), "a.odt").split("\n") == [
        *("Sum |  | 9", "a | b | c", "both |  | d", "both |  | e"),
    ]


def test_a_row_of_one_cell_is_a_paragraph(text: Read):
    content = table(
        cell("Title", 'table:number-columns-spanned="2"') + COVERED, cell("a") + cell("b")
    )

    assert text(odt(content), "a.odt") == "Title\n\na | b"


def test_hostile_spans_do_not_grow_the_text(text: Read):
    row = '<table:covered-table-cell table:number-columns-repeated="2000000000"/>' + cell("x")

    assert len(text(odt(table(*[row] * 50)), "a.odt")) < 400_000
