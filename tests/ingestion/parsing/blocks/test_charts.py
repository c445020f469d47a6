from io import BytesIO

import pytest
from lxml.etree import fromstring
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from pptx import Presentation
from pptx.chart.data import BubbleChartData, CategoryChartData, XyChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from ingestion.parsing.blocks.charts import chart_blocks
from tests.ingestion.parsing.conftest import Read
from tests.ingestion.parsing.documents import docx, pptx, saved, with_part
from tests.ingestion.parsing.pptx.slides import KINDS, related

CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
CHART_OF_2016 = "http://schemas.microsoft.com/office/drawing/2014/chartex"
KIND_OF_2016 = "http://schemas.microsoft.com/office/2014/relationships/chartEx"


def lines(content: str, namespace: str = CHART) -> list[str]:
    """Return the lines of a chart with this content."""
    root = fromstring(f'<c:chartSpace xmlns:c="{namespace}" xmlns:a="a">{content}</c:chartSpace>')
    return [block.text for block in chart_blocks(root)]


def points(*values: str, start: int = 0) -> str:
    return "".join(
        f'<c:pt idx="{index}"><c:v>{value}</c:v></c:pt>'
        for index, value in enumerate(values, start=start)
    )


def series(name: str, **roles: str) -> str:
    own = f"<c:tx><c:strRef><c:strCache>{points(name)}</c:strCache></c:strRef></c:tx>" * bool(name)
    parts = "".join(f"<c:{role}>{content}</c:{role}>" for role, content in roles.items())
    return f"<c:ser>{own}{parts}</c:ser>"


def title(text: str) -> str:
    return (
        f"<c:title><c:tx><c:rich><a:p><a:r><a:t>{text}</a:t></a:r></a:p></c:rich></c:tx></c:title>"
    )


def on_a_slide(
    kind: XL_CHART_TYPE, data: CategoryChartData | XyChartData | BubbleChartData
) -> bytes:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    slide.shapes.add_chart(kind, Inches(1), Inches(1), Inches(4), Inches(4), data)
    return saved(deck)


@pytest.mark.parametrize(
    "kind",
    [
        XL_CHART_TYPE.AREA,
        XL_CHART_TYPE.BAR_STACKED,
        XL_CHART_TYPE.DOUGHNUT,
        XL_CHART_TYPE.LINE,
        XL_CHART_TYPE.PIE,
        XL_CHART_TYPE.RADAR,
    ],
)
def test_a_chart_with_categories_is_a_table_of_them(text: Read, kind: XL_CHART_TYPE):
    data = CategoryChartData()
    data.categories = ["Bells", "Horns"]
    data.add_series("Sold", (3, 4.5))

    assert text(on_a_slide(kind, data), "a.pptx") == (" | Sold\nBells | 3\nHorns | 4.5")


def test_a_scatter_chart_is_a_table_of_its_points(text: Read):
    data = XyChartData()
    for name, shift in (("P-7", 0), ("P-8", 0), ("P-9", 1)):
        one = data.add_series(name)
        one.add_data_point(1.5 + shift, 220)
        one.add_data_point(3 + shift, 180)

    assert text(on_a_slide(XL_CHART_TYPE.XY_SCATTER, data), "a.pptx") == (
        " | P-7 | P-8\n1.5 | 220 | 220\n3 | 180 | 180\n | P-9\n2.5 | 220\n4 | 180"
    )


def test_a_bubble_is_read_with_its_size(text: Read):
    data = BubbleChartData()
    one = data.add_series("Towns")
    one.add_data_point(1, 2, 10)
    one.add_data_point(3, 4, 20)

    assert text(on_a_slide(XL_CHART_TYPE.BUBBLE, data), "a.pptx") == (
        " | Towns | \n1 | 2 | 10\n3 | 4 | 20"
    )


def test_categories_of_several_levels_repeat_the_outer_ones(text: Read):
    data = CategoryChartData()
    for year, quarters in (("2025", ["Q1", "Q2"]), ("2026", ["Q1"])):
        outer = data.add_category(year)
        for quarter in quarters:
            outer.add_sub_category(quarter)
    data.add_series("Sold", (1, 2, 3))

    assert text(on_a_slide(XL_CHART_TYPE.COLUMN_CLUSTERED, data), "a.pptx") == (
        " |  | Sold\n2025 | Q1 | 1\n2025 | Q2 | 2\n2026 | Q1 | 3"
    )


@pytest.mark.parametrize(
    ("code", "stored", "shown"),
    [
        ("0%", "0.25", "25%"),
        ("0.0", "19.199999999999999", "19.2"),
        ("General", "19.199999999999999", "19.2"),
        ("General", "7", "7"),
        ("m/d/yyyy", "46143", "2026-05-01"),
        ("General", "n/a", "n/a"),
    ],
)
def test_numbers_are_read_as_the_chart_shows_them(code: str, stored: str, shown: str):
    cache = f"<c:numCache><c:formatCode>{code}</c:formatCode>{points(stored)}</c:numCache>"
    own = points(stored).replace('idx="0"', f'idx="0" formatCode="{code}"')

    assert lines(series("", cat=cache, val=own)) == [f"{shown} | {shown}"]


def test_dates_of_a_chart_from_a_macintosh_count_from_1904():
    cache = f"<c:numCache><c:formatCode>d/m/yy</c:formatCode>{points('44681')}</c:numCache>"

    assert lines(f'<c:date1904 val="1"/>{series("", cat=cache)}') == ["2026-05-01"]


def test_titles_are_read_also_if_they_show_a_cell():
    cell = f"<c:strRef><c:strCache>{points('Month')}</c:strCache></c:strRef>"
    of_axis = f"<c:catAx><c:title><c:tx>{cell}</c:tx></c:title></c:catAx>"

    assert lines(f"<c:chart>{title('Sales')}<c:plotArea>{of_axis}</c:plotArea></c:chart>") == [
        "Sales",
        "Month",
    ]


def test_values_without_categories_are_read():
    assert lines(series("Sold", val=points("3", "4"))) == ["Sold", "3", "4"]


def test_a_series_without_categories_shares_those_before_it():
    found = lines(
        series("One", cat=points("May", "June"), val=points("1", "2"))
        + series("Two", val=points("3", "4"))
    )

    assert found == [" | One | Two", "May | 1 | 3", "June | 2 | 4"]


def test_a_name_or_value_written_into_the_chart_is_read():
    found = lines(
        "<c:ser><c:tx><c:v>Written</c:v></c:tx>"
        f"<c:cat><c:strLit>{points('May')}</c:strLit></c:cat>"
        f"<c:val><c:numLit>{points('1')}</c:numLit></c:val></c:ser>"
    )

    assert found == [" | Written", "May | 1"]


def test_labels_of_points_are_read_and_placeholders_left_out():
    label = (
        "<c:dLbl><c:tx><c:rich><a:p><a:r><a:t>Peak </a:t></a:r>"
        '<a:fld type="VALUE"><a:t>[VALUE]</a:t></a:fld></a:p></c:rich></c:tx></c:dLbl>'
    )
    remarks = (
        f"<c:ext><c:datalabelsRange><c:dlblRangeCache>{points('Ulm', 'Bern')}"
        "</c:dlblRangeCache></c:datalabelsRange></c:ext>"
    )
    found = lines(
        f"<c:ser><c:dLbls>{label}</c:dLbls><c:xVal>{points('1', '2')}</c:xVal>"
        f"<c:yVal>{points('3', '4')}</c:yVal>{remarks}</c:ser>"
    )

    assert found == ["Peak", "1 | 3 | Ulm", "2 | 4 | Bern"]


@pytest.mark.parametrize("content", ["", "<c:ser/>", series("", cat=""), title("")])
def test_a_chart_without_words_is_no_line(content: str):
    assert lines(content) == []


def test_points_with_odd_indices_are_read():
    cat = '<c:pt idx="x"><c:v>May</c:v></c:pt><c:pt><c:v>June</c:v></c:pt><c:pt idx="9"/>'

    assert lines(series("", cat=cat, val=points("1"))) == ["June | 1"]


def test_thousands_of_series_do_not_make_a_table_of_thousands_of_columns():
    many = [series("", cat=points("a"), val=points("1", start=number)) for number in range(2_000)]

    found = lines("".join(many))

    assert max(map(len, found)) < 1_000
    assert sum(map(len, found)) < 1_000_000


LEVEL = '<c:lvl ptCount="2"><c:pt idx="0">{}</c:pt><c:pt idx="1">{}</c:pt></c:lvl>'
FIRST_ONLY = '<c:lvl ptCount="2"><c:pt idx="0">{}</c:pt></c:lvl>'


def dimension(kind: str, *levels: str) -> str:
    tag = "strDim" if kind in ("cat", "entityId") else "numDim"
    return f'<c:{tag} type="{kind}">{"".join(levels)}</c:{tag}>'


def of_2016(*dimensions: str, titled: str = "") -> str:
    return (
        f'<c:chartData><c:data id="0">{"".join(dimensions)}</c:data></c:chartData>'
        f"<c:chart>{titled}<c:plotArea><c:plotAreaRegion><c:series>"
        '<c:tx><c:txData><c:f>S!$B$1</c:f><c:v>Cash</c:v></c:txData></c:tx><c:dataId val="0"/>'
        "</c:series></c:plotAreaRegion></c:plotArea></c:chart>"
    )


def test_a_waterfall_is_a_table_under_its_title():
    titled = (
        "<c:title><c:tx><c:txData><c:v>Cash flow</c:v></c:txData></c:tx>"
        "<c:txPr><a:p><a:r><a:t>Cash flow</a:t></a:r></a:p></c:txPr></c:title>"
    )
    content = of_2016(
        dimension("cat", LEVEL.format("Opening", "Rent")),
        dimension("val", LEVEL.format("310", "-45")),
        titled=titled,
    )

    assert lines(content, CHART_OF_2016) == ["Cash flow", " | Cash", "Opening | 310", "Rent | -45"]


def test_a_treemap_repeats_the_names_of_its_branches():
    content = of_2016(
        dimension("cat", LEVEL.format("Leaf", "Twig"), FIRST_ONLY.format("Branch")),
        dimension("size", LEVEL.format("3", "4")),
    )

    assert lines(content, CHART_OF_2016) == [" |  | Cash", "Branch | Leaf | 3", "Branch | Twig | 4"]


def test_a_histogram_and_a_map_are_read():
    histogram = of_2016(dimension("val", LEVEL.format("7", "9")))
    countries = of_2016(
        dimension("cat", LEVEL.format("Peru", "Chad")),
        dimension("entityId", LEVEL.format("1234", "5678")),
        dimension("colorVal", LEVEL.format("1", "2")),
    )

    assert lines(histogram, CHART_OF_2016) == ["Cash", "7", "9"]
    assert lines(countries, CHART_OF_2016) == [" | Cash", "Peru | 1", "Chad | 2"]


WATERFALL = (
    f'<c:chartSpace xmlns:c="{CHART_OF_2016}" xmlns:a="a">'
    + of_2016(dimension("cat", LEVEL.format("Opening", "Rent")), titled=title("Cash flow"))
    + "</c:chartSpace>"
).encode()


def with_frame(content: bytes) -> bytes:
    """Return a presentation whose first slide shows the chart `rIdX`."""
    frame = (
        b'<mc:AlternateContent xmlns:mc="mc"><mc:Choice Requires="cx1"><p:graphicFrame><a:graphic>'
        b'<a:graphicData uri="x"><cx:chart xmlns:cx="x" xmlns:r="r" r:id="rIdX"/></a:graphicData>'
        b"</a:graphic></p:graphicFrame></mc:Choice><mc:Fallback><p:sp><p:txBody><a:p><a:r>"
        b"<a:t>not available</a:t></a:r></a:p></p:txBody></p:sp></mc:Fallback>"
        b"</mc:AlternateContent></p:spTree>"
    )
    return with_part(
        content, "ppt/slides/slide1.xml", lambda part: part.replace(b"</p:spTree>", frame)
    )


def test_a_chart_of_2016_is_read_on_a_slide(text: Read):
    content = with_frame(pptx(("Cash", "", "")))
    content = related(
        content, "ppt/slides/_rels/slide1.xml.rels", KIND_OF_2016, "../charts/chartEx1.xml"
    )
    content = with_part(content, "ppt/charts/chartEx1.xml", lambda _: WATERFALL)

    assert text(content, "a.pptx") == ("Cash\n\nCash flow\n | Cash\nOpening\nRent")


def test_a_chart_of_2016_is_read_in_a_document(text: Read):
    content = related(
        docx("hello"), "word/_rels/document.xml.rels", KIND_OF_2016, "charts/chartEx1.xml"
    )
    content = with_part(content, "word/charts/chartEx1.xml", lambda _: WATERFALL)

    assert text(content, "a.docx").startswith("hello\n\nCash flow\n")


@pytest.mark.parametrize("kind", [f"{KINDS}/chart", KIND_OF_2016])
def test_the_title_of_a_chart_is_read_in_a_sheet_whose_cells_have_its_values(text: Read, kind: str):
    book = Workbook()
    book.active.append(["May", 3])
    content = related(
        saved(book),
        "xl/worksheets/_rels/sheet1.xml.rels",
        f"{KINDS}/drawing",
        "../drawings/drawing1.xml",
    )
    content = with_part(content, "xl/drawings/drawing1.xml", lambda _: b"<d/>")
    content = related(
        content, "xl/drawings/_rels/drawing1.xml.rels", kind, "../charts/chartEx1.xml"
    )
    content = with_part(content, "xl/charts/chartEx1.xml", lambda _: WATERFALL)

    assert text(content, "a.xlsx") == "May | 3\nCash flow"


def test_the_title_of_a_sheet_that_is_a_chart_is_read(text: Read):
    book = Workbook()
    book.active.append(["May", 3])
    chart = BarChart()
    chart.title = "Sales"
    chart.add_data(Reference(book.active, min_col=2, min_row=1, max_row=1))
    book.create_chartsheet("Figure").add_chart(chart)
    book.save(file := BytesIO())

    assert text(file.getvalue(), "a.xlsx") == "May | 3\n\nSales"


def test_text_boxes_drawn_on_a_chart_are_read(text: Read):
    content = related(
        docx("hello"), "word/_rels/document.xml.rels", f"{KINDS}/chart", "charts/chart1.xml"
    )
    content = related(
        content, "word/charts/_rels/chart1.xml.rels", f"{KINDS}/chartUserShapes", "drawing1.xml"
    )
    drawn = "<d xmlns:a='a'><a:p><a:r><a:t>Strike in May</a:t></a:r></a:p></d>"
    content = with_part(content, "word/charts/drawing1.xml", lambda _: drawn.encode())
    content = with_part(content, "word/charts/chart1.xml", lambda _: WATERFALL)

    assert text(content, "a.docx").endswith("Rent\n\nStrike in May")


@pytest.mark.parametrize("filename", ["a.docx", "a.pptx"])
def test_the_workbook_of_a_chart_that_stores_no_values_is_read(text: Read, filename: str):
    listing, folder, up = {
        "a.docx": ("word/_rels/document.xml.rels", "word/", ""),
        "a.pptx": ("ppt/slides/_rels/slide1.xml.rels", "ppt/", "../"),
    }[filename]
    content = docx("hello") if filename == "a.docx" else with_frame(pptx(("hello", "", "")))
    chart = series("", val="<c:numRef><c:f>Sheet1!$A$1:$A$2</c:f></c:numRef>")
    root = f'<c:chartSpace xmlns:c="{CHART}" xmlns:a="a">{title("Sales")}{chart}</c:chartSpace>'
    book = Workbook()
    book.active.append(["May", 3])
    content = related(content, listing, f"{KINDS}/chart", f"{up}charts/chart1.xml")
    content = related(
        content, f"{folder}charts/_rels/chart1.xml.rels", f"{KINDS}/package", "book.xlsx"
    )
    content = with_part(content, f"{folder}charts/chart1.xml", lambda _: root.encode())
    content = with_part(content, f"{folder}charts/book.xlsx", lambda _: saved(book))

    assert text(content, filename).endswith("Attachment: book.xlsx\n\nMay | 3")
