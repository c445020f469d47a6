"""Invalid numbers in the counts, measures and references of Office files."""

from pathlib import Path

from tests.ingestion.hostile.corpus import hostile, text
from tests.ingestion.hostile.packages import (
    S,
    docx,
    opendocument,
    pptx,
    relationships,
    shape,
    write,
    xlsx,
)

ODD = ("9" * 5_000, "-1", "--5", "1e308", "nan", "x", "", "²", "99999999999")


@hostile("odd-numbers.docx", text("needle"))
def a_document_with_invalid_list_levels(path: Path) -> None:
    levels = "".join(f'<w:lvl w:ilvl="{odd}"><w:start w:val="{odd}"/></w:lvl>' for odd in ODD)
    listed = f'<w:abstractNum w:abstractNumId="1">{levels}</w:abstractNum>'
    lists = f'{listed}<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    body = "".join(
        f'<w:p><w:pPr><w:outlineLvl w:val="{odd}"/><w:numPr><w:ilvl w:val="{odd}"/>'
        f'<w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>needle</w:t></w:r></w:p>'
        for odd in ODD
    )
    parts = docx(body)
    parts["word/numbering.xml"] = lists.join(
        (
            '<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">',
            "</w:numbering>",
        )
    )
    parts["word/_rels/document.xml.rels"] = relationships(("numbering", "numbering.xml"))
    write(path, parts)


@hostile("odd-numbers.odt", text("needle"))
def an_open_document_with_invalid_repetitions_and_numbers(path: Path) -> None:
    body = "".join(
        f'<text:list><text:list-item text:start-value="{odd}"><text:p>needle'
        f'<text:s text:c="{odd}"/></text:p></text:list-item></text:list>'
        for odd in ODD
    )
    write(path, opendocument("text", body))


@hostile("odd-numbers.ods", text("needle"))
def a_sheet_with_invalid_repetitions(path: Path) -> None:
    rows = "".join(
        f'<table:table-row table:number-rows-repeated="{odd}"><table:table-cell'
        f' table:number-columns-repeated="{odd}" office:value-type="float" office:value="{odd}">'
        "<text:p>needle</text:p></table:table-cell></table:table-row>"
        for odd in ODD
    )
    write(path, opendocument("spreadsheet", f"<table:table>{rows}</table:table>"))


@hostile("odd-numbers.pptx", text("needle"))
def a_slide_whose_shapes_have_invalid_positions(path: Path) -> None:
    place = '<p:spPr><a:xfrm><a:off x="{0}" y="{0}"/></a:xfrm></p:spPr>'
    shapes = (shape("needle").replace("<p:spPr/>", place.format(odd)) for odd in ODD)
    write(path, pptx("".join(shapes)))


@hostile("odd-numbers.xlsx", text("needle", "9999-12-31", "2958465.9999"))
def a_workbook_of_invalid_dates_and_durations(path: Path) -> None:
    days = (*ODD, "2958465", "2958465.99999", "2958466", "inf")
    cells = "".join(f'<c s="{n % 4}"><v>{day}</v></c>' for n in range(4) for day in days)
    odd = "".join(f'<c s="{odd}"><v>1</v></c>' for odd in ODD)
    needle = '<c t="inlineStr"><is><t>needle</t></is></c>'
    parts = xlsx(f"<row>{needle}{cells}{odd}</row>")
    codes = "".join(f'<numFmt numFmtId="{odd}" formatCode="[h]:mm"/>' for odd in (*ODD, "200"))
    formats = "".join(f'<xf numFmtId="{number}"/>' for number in ("0", "14", "200", "9", *ODD))
    parts["xl/styles.xml"] = (
        f'<styleSheet xmlns="{S}"><numFmts>{codes}</numFmts><cellXfs>{formats}</cellXfs>'
        "</styleSheet>"
    )
    kinds = (("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml"))
    write(path, {**parts, "xl/_rels/workbook.xml.rels": relationships(*kinds)})


@hostile("masters-in-a-circle.pptx", text("needle"))
def a_slide_whose_layout_is_its_own_master(path: Path) -> None:
    layout = "ppt/slideLayouts/layout.xml"
    place = '<p:nvPr><p:ph type="body" idx="1"/></p:nvPr>'
    parts = pptx(shape("needle").replace("<p:nvPr/>", place))
    parts[layout] = parts["ppt/slides/slide1.xml"]
    parts["ppt/slides/_rels/slide1.xml.rels"] = relationships(
        ("slideLayout", "../slideLayouts/layout.xml")
    )
    parts["ppt/slideLayouts/_rels/layout.xml.rels"] = relationships(("slideMaster", "layout.xml"))
    write(path, parts)


@hostile("20-000-titles.odp", text("needle"))
def a_slide_of_20_000_titles(path: Path) -> None:
    space = 'xmlns:presentation="urn:oasis:names:tc:opendocument:xmlns:presentation:1.0"'
    title = '<drawing:frame presentation:class="title"><text:p>needle {}</text:p></drawing:frame>'
    titles = "".join(title.format(n) for n in range(20_000))
    slide = f"<drawing:page {space}>{titles}</drawing:page>"
    write(path, opendocument("presentation", slide), picture=30_000)
