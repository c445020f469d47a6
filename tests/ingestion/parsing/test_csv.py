import pytest

from ingestion.parsing import decoding
from ingestion.parsing.column_names import kind_of_value
from tests.ingestion.parsing.conftest import Read, Sections


def test_values_are_read_beside_the_names_of_their_columns(text: Read):
    csv = b"name,born,town\nAda,1815,London\nGrace,1906,New York\n"

    assert text(csv, "people.csv") == (
        "name: Ada; born: 1815; town: London\nname: Grace; born: 1906; town: New York"
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_in_the_first_line(text: Read, delimiter: str):
    rows = [["name", "price"], ["bell", "1.5"]]
    csv = "\r\n".join(delimiter.join(row) for row in rows)

    assert text(csv.encode(), "prices.csv") == "name: bell; price: 1.5"


def test_quoted_values_may_hold_delimiters_quotes_and_line_breaks(text: Read):
    csv = b'name,remark,price\n"Bell, brass","says ""ding""\nand dong",3\n'

    assert text(csv, "a.csv") == 'name: Bell, brass; remark: says "ding" and dong; price: 3'


def test_empty_values_are_left_out(text: Read):
    csv = b"\nname,born,town\nAda,,London\nGrace,1906,\n"

    assert text(csv, "a.csv") == "\nname: Ada; town: London\nname: Grace; born: 1906"


def test_a_blank_line_after_every_row_is_left_out(text: Read):
    csv = b"name,born\n\nAda,1815\n\nGrace,1906\n\n"

    assert text(csv, "a.csv") == "name: Ada; born: 1815\nname: Grace; born: 1906"


@pytest.mark.parametrize("blank", ["", ",,", " , ,"])
def test_names_end_at_a_blank_row(text: Read, blank: str):
    csv = f"name,born,town\nAda,1815,London\nGrace,1906,York\n{blank}\nsource,archive,\n"

    found = text(csv.encode(), "a.csv")

    assert found == (
        "name: Ada; born: 1815; town: London\nname: Grace; born: 1906; town: York\n"
        "\nsource,archive,\n"
    )


def test_names_end_at_other_names(text: Read):
    csv = b"item,price\nbell,3\nhorn,4\nperson,phone\nAda,555-0142\nBob,555-0177\n"

    assert text(csv, "a.csv") == (
        "item: bell; price: 3\nitem: horn; price: 4\n"
        "person: Ada; phone: 555-0142\nperson: Bob; phone: 555-0177"
    )


def test_a_value_that_is_not_known_is_no_other_name(text: Read):
    csv = b"item,price\nbell,3\nhorn,n/a\ngong,4\ndrum,5\n"

    assert "item: horn; price: n/a\nitem: gong; price: 4" in text(csv, "a.csv")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("blank", ["", "\n"])
def test_lines_above_a_table_are_left_as_they_are(text: Read, delimiter: str, blank: str):
    above = f"Holder{delimiter}Ines Falk\nPeriod{delimiter}May 2026\n"
    rows = (
        ["Booked", "Text", "Amount"],
        ["2026-05-02", "Rent", "8"],
        ["2026-05-09", "Sale", "9"],
    )
    table = "\n".join(map(delimiter.join, rows))

    assert text(f"{above}{blank}{table}\n".encode(), "a.csv") == (
        f"{above}{blank}Booked: 2026-05-02; Text: Rent; Amount: 8\n"
        "Booked: 2026-05-09; Text: Sale; Amount: 9"
    )


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        *(("12", "number"), ("-850,00", "number"), ("1.234,50 €", "number"), ("25 %", "number")),
        *(("$ 3.50", "number"), ("EUR 12", "number"), ("(1,200)", "number"), ("1e-5", "number")),
        *(("12 mm", "number"), ("3.5 kg/m²", "number"), ("\u22124", "number")),
        *(("2026-05-02", "date"), ("02.05.2026", "date"), ("5/2/26", "date"), ("08:30", "date")),
        *(("2026-05-02T08:30:00Z", "date"), ("2 May 2026", "date"), ("Mai 2026", "date")),
        *(("K-17", "code"), ("INV-0412", "code"), ("ada@example.org", "code")),
        *(("https://a.example", "code"), ("TRUE", "flag"), ("false", "flag")),
        *(("Bolt M8", ""), ("Ada", ""), ("Mill Lane 4", ""), ("n/a", ""), ("", "")),
    ],
)
def test_values_are_of_kinds(value: str, kind: str):
    assert kind_of_value(value) == kind


def test_values_beyond_the_header_are_kept_without_a_name(text: Read):
    csv = b"name,born\nAda,1815,mathematician\nGrace,1906\nBob,1920\n"

    assert text(csv, "a.csv") == (
        "name: Ada; born: 1815; mathematician\nname: Grace; born: 1906\nname: Bob; born: 1920"
    )


def test_a_column_without_a_name_keeps_its_values(text: Read):
    assert text(b",name,born\n0,Ada,1815\n", "frame.csv") == "0; name: Ada; born: 1815"


@pytest.mark.parametrize(
    "csv",
    [
        "1,2,3\n4,5,6\n",
        "2026-01-01,12.5\n2026-01-02,13\n",
        "a,a\n1,2\n",
        "one column\nof words\n",
        "just,a,header\n",
        "Ada,London,engineer\nPaul,Oslo,baker\n",
        "name,remark\nbell,brass\n",
        "Name;Ada Kern\nCity;London\nBadge;K-17\n",
        "Customer;Acme Ltd\nOrder;4711\n",
        "Name:,Order:\nAda,17\nBob,18\n",
        "K-17,bolt\n40,12\n50,13\n",
        "Name,Ada\nCity,London\nAge,36\nHeight,180\n",
        "name,town,age\nAda,London,adult\nBob,York,5\nEve,Ulm,7\n",
    ],
    ids=[
        *("numbers", "dates", "same names", "one column", "no rows", "people", "words"),
        *("a form", "one pair", "labels", "codes", "a form with numbers", "words below names"),
    ],
)
def test_a_file_without_a_header_and_rows_is_left_as_it_is(text: Read, csv: str):
    assert text(csv.encode(), "a.csv") == csv


@pytest.mark.parametrize("after", [0, 3, 20_000])
def test_a_file_with_an_unclosed_quote_is_left_as_it_is(text: Read, after: int):
    csv = 'name,remark\nbell,"5 inch\n' + "row,after row\n" * after

    assert text(csv.encode(), "a.csv") == csv


def test_a_column_may_be_named_by_a_year(text: Read):
    assert text(b"country,2019,2020\nFrance,12,1999\n", "a.csv") == (
        "country: France; 2019: 12; 2020: 1999"
    )
    assert text(b"region;2019-01;02/2019\nNorth;1,5;2,5\n", "a.csv") == (
        "region: North; 2019-01: 1,5; 02/2019: 2,5"
    )


def test_years_above_years_are_not_a_header(text: Read):
    csv = "Ada,1815,1852\nGrace,1906,1992\n"

    assert text(csv.encode(), "a.csv") == csv


def test_a_value_may_be_as_long_as_a_book(text: Read):
    csv = f'name,text,price\nbell,"{"word " * 200_000}",1\nhorn,x,2\n'

    found = text(csv.encode(), "a.csv")

    assert found.startswith("name: bell; text: word word")
    assert found.endswith("word; price: 1\nname: horn; text: x; price: 2")


def test_a_row_beyond_the_limit_is_not_a_table(text: Read, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("ingestion.parsing.csv.MAX_ROW", 30_000)
    csv = 'name,price\nbell,"' + 'x","y\n' * 2_000

    assert text(csv.encode(), "a.csv") == csv


def test_western_spreadsheets_are_read_in_their_old_encoding(text: Read):
    csv = "Artikel;Größe\nFußglocke;12\n".encode("cp1252")

    assert text(csv, "a.csv") == "Artikel: Fußglocke; Größe: 12"


def test_the_delimiter_splits_the_first_lines_into_equally_many_values(text: Read):
    csv = b"name;price, in euros, and cents\nbell, brass;12,50\nhorn;8,00\n"

    assert text(csv, "a.csv") == (
        "name: bell, brass; price, in euros, and cents: 12,50\n"
        "name: horn; price, in euros, and cents: 8,00"
    )


def test_a_delimiter_that_the_file_declares_is_used(text: Read):
    assert text(b"sep=;\nname;a,b,c\nbell;1,2,3\n", "a.csv") == "name: bell; a,b,c: 1,2,3"


def test_a_long_table_comes_in_several_sections(sections: Sections):
    csv = "name,number\n" + "".join(f"bell,{number}\n" for number in range(50_000))

    parts = sections(csv.encode(), "a.csv")

    assert len(parts) > 5
    assert max(len(part.text) for part in parts) <= 256 * 1024
    assert "".join(part.text for part in parts) == "\n".join(
        f"name: bell; number: {number}" for number in range(50_000)
    )
    assert [part.continues for part in parts] == [False] + [True] * (len(parts) - 1)


def test_the_rest_after_an_unclosed_quote_is_left_as_it_is(text: Read):
    rows = "row,after row\n" * 20_000

    found = text(f'name,price\nbell,3\ngong,4\nhorn,"5 inch\n{rows}'.encode(), "a.csv")

    assert found == f'name: bell; price: 3\nname: gong; price: 4\nhorn,"5 inch\n{rows}'


def test_a_table_of_a_million_columns_is_read(text: Read):
    csv = ",".join(f"no. {n}" for n in range(1_000_000)) + "\n" + "1," * 999_999 + "1\n"

    assert text(csv.encode(), "a.csv").endswith("no. 999998: 1; no. 999999: 1")


def test_a_line_beyond_the_limit_is_not_a_table(text: Read, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("ingestion.parsing.csv.MAX_ROW", 300_000)
    csv = "name,price\nbell,3\n" + "x" * 1_000_000

    assert text(csv.encode(), "a.csv") == "name: bell; price: 3\n" + "x" * 1_000_000


def test_a_long_column_name_is_cut_in_every_row(text: Read):
    csv = f"{'x' * 5_000},price\n" + "bell,3\n" * 3

    assert text(csv.encode(), "a.csv") == "\n".join([f"{'x' * 200}: bell; price: 3"] * 3)


@pytest.mark.parametrize("size", [16, 17, 50])
def test_rows_are_read_across_block_boundaries(
    text: Read, monkeypatch: pytest.MonkeyPatch, size: int
):
    monkeypatch.setattr(decoding, "BLOCK", size)

    csv = b'name,remark,price\r\n"Bell, brass","ding\r\ndong",7\r\nhorn,"x",8'

    assert text(csv, "a.csv") == (
        "name: Bell, brass; remark: ding dong; price: 7\nname: horn; remark: x; price: 8"
    )
