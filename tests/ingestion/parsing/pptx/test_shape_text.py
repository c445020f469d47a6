import pytest

from tests.ingestion.parsing.conftest import Read
from tests.ingestion.parsing.pptx.slides import link, paragraph, run, shape, slide

ADDRESS = "https://example.org/terms"
LINK = {"rIdL": ADDRESS}


@pytest.mark.parametrize(
    ("runs", "shown"),
    [
        ([run("10"), run("6", 'baseline="30000"')], "10^6"),
        ([run("10"), run("6", 'baseline="30%"'), run(" turns")], "10^6 turns"),
        ([run("10"), run("-", 'baseline="1"'), run("12", 'baseline="30000"')], "10^-12"),
        ([run("m"), run("2", 'baseline="30000" b="1"'), run(" wide")], "m^2 wide"),
        ([run("the 1"), run("st", 'baseline="30000"')], "the 1st"),
        ([run("H"), run("2", 'baseline="-25000"'), run("O")], "H2O"),
        ([run("a_x000B_b_x00e9_")], "a b_x00e9_"),
        ([run("10"), run("6", 'baseline="x"')], "106"),
        ([run("x"), run("2", f'baseline="30000"{link("rIdL")}')], f"x^2 ({ADDRESS})"),
    ],
)
def test_powers_are_written_with_a_caret(text: Read, runs: list[str], shown: str):
    assert text(slide(shape(paragraph(*runs)), LINK), "a.pptx") == shown


@pytest.mark.parametrize(
    ("runs", "shown"),
    [
        ([run("5"), run("m", '|<a:latin typeface="Symbol" charset="2"/>'), run("m")], "5\u03bcm"),
        ([run("\uf06d", '|<a:sym typeface="Symbol"/>'), run("m")], "\u03bcm"),
        (
            [run("yes \uf0fe m", '|<a:latin typeface="Arial"/><a:sym typeface="Wingdings"/>')],
            "yes \u2611 m",
        ),
        ([run("plain m", '|<a:sym typeface="Symbol"/>')], "plain m"),
        ([run("\uf0fc done")], "\u2713 done"),
        ([run("m", "|<a:latin/>")], "m"),
    ],
)
def test_signs_of_symbol_fonts_are_read_as_shown(text: Read, runs: list[str], shown: str):
    assert text(slide(shape(paragraph(*runs))), "a.pptx") == shown


@pytest.mark.parametrize(
    ("runs", "shown"),
    [
        ([run("see "), run("the terms", link("rIdL")), run(".")], f"see the terms ({ADDRESS})."),
        ([run("the ", link("rIdL")), run("terms", link("rIdL"))], f"the terms ({ADDRESS})"),
        ([run("example.org/terms", link("rIdL"))], "example.org/terms"),
        ([run("next", '|<a:hlinkClick r:id="" action="ppaction://hlinksldjump"/>')], "next"),
        ([run("gone", link("rIdOther"))], "gone"),
        ([run("hover", '|<a:hlinkMouseOver r:id="rIdL"/>')], f"hover ({ADDRESS})"),
        ([run("a"), "<a:br/>", run("b", link("rIdL"))], f"a\nb ({ADDRESS})"),
    ],
)
def test_links_are_read_with_their_addresses(text: Read, runs: list[str], shown: str):
    assert text(slide(shape(paragraph(*runs)), LINK), "a.pptx") == shown


def test_a_title_with_a_link_is_a_heading_without_it(text: Read):
    content = slide(shape(paragraph(run("Terms", link("rIdL")))), LINK, title="Title")

    assert text(content, "a.pptx") == f"Title\n\nTerms ({ADDRESS})"


@pytest.mark.parametrize(
    ("texts", "shown"),
    [([], ADDRESS), (["Click"], f"Click ({ADDRESS})"), (["a", "b"], f"a\n\nb\n\n{ADDRESS}")],
)
def test_a_shape_that_is_a_link_is_read_with_its_address(text: Read, texts: list[str], shown: str):
    box = shape(
        "".join(paragraph(run(words)) for words in texts), own='|<a:hlinkClick r:id="rIdL"/>'
    )

    assert text(slide(box, LINK), "a.pptx") == shown


def test_fields_are_read_but_not_their_placeholders(text: Read):
    field = '<a:fld id="{1}" type="x"><a:rPr/><a:t>%s</a:t></a:fld>'
    content = slide(shape(paragraph(run("page "), field % "\u2039#\u203a", field % "7")))

    assert text(content, "a.pptx") == "page 7"


MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"


def formula(content: str, *, paragraphed: bool = True) -> str:
    inner = f"<m:oMath>{content}</m:oMath>"
    inner = f"<m:oMathPara>{inner}</m:oMathPara>" if paragraphed else inner
    return f'<a14:m xmlns:a14="a14" xmlns:m="{MATH}">{inner}</a14:m>'


HALF = "<m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f>"


@pytest.mark.parametrize("paragraphed", [True, False])
def test_formulas_keep_their_structure_and_their_place(text: Read, paragraphed: bool):
    own = formula(HALF, paragraphed=paragraphed)
    content = slide(shape(paragraph(run("Take "), own, run(" of it"))))

    assert text(content, "a.pptx") == "Take 1/2 of it"


def test_a_shape_with_a_formula_is_read_instead_of_its_picture(text: Read):
    both = (
        '<mc:AlternateContent xmlns:mc="mc"><mc:Choice Requires="a14">'
        f"{shape(paragraph(formula(HALF)))}</mc:Choice><mc:Fallback>"
        f"{shape(paragraph(run(' ')))}</mc:Fallback></mc:AlternateContent>"
    )

    assert text(slide(both), "a.pptx") == "1/2"


def test_a_copy_for_old_programs_is_not_read_twice(text: Read):
    new, newer, old = (shape(paragraph(run(words))) for words in ("new", "newer", "old"))
    both = (
        f'<mc:AlternateContent xmlns:mc="mc"><mc:Choice Requires="x">{new}</mc:Choice>'
        f'<mc:Choice Requires="y">{newer}</mc:Choice><mc:Fallback>{old}</mc:Fallback>'
        "</mc:AlternateContent>"
    )

    assert text(slide(both), "a.pptx") == "new"


def picture(own: str, tag: str = "pic", name: str = "nvPicPr") -> str:
    return f'<p:{tag}><p:{name}><p:cNvPr id="4" name="n" {own}/></p:{name}></p:{tag}>'


@pytest.mark.parametrize(
    ("drawn", "shown"),
    [
        (picture('descr="Pump  in hall 9"'), "[Pump in hall 9]"),
        (picture('descr="" title="Hall nine"'), "[Hall nine]"),
        (picture('descr="A cat&#10;&#10;Description automatically generated"'), "[A cat]"),
        (picture('descr="From a to b"', "cxnSp", "nvCxnSpPr"), "[From a to b]"),
        (picture('descr="Two cats"', "grpSp", "nvGrpSpPr"), "[Two cats]"),
        (picture('descr="Sales"', "graphicFrame", "nvGraphicFramePr"), "[Sales]"),
    ],
)
def test_alternative_texts_are_read(text: Read, drawn: str, shown: str):
    assert text(slide(drawn + shape(paragraph(run("x")))), "a.pptx") == f"{shown}\n\nx"


@pytest.mark.parametrize("own", ['descr="image1.png"', 'descr=" "', ""])
def test_a_picture_without_a_description_is_left_out(text: Read, own: str):
    assert text(slide(picture(own) + shape(paragraph(run("x")))), "a.pptx") == "x"


def numbered(text: str, kind: str = "arabicPeriod", level: int = 0, start: str = "") -> str:
    settings = f'<a:pPr lvl="{level}"><a:buAutoNum type="{kind}" {start}/></a:pPr>'
    return paragraph(run(text), settings=settings)


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("arabicPeriod", "2. b"),
        ("arabicParenR", "2) b"),
        ("arabicParenBoth", "(2) b"),
        ("arabicPlain", "2 b"),
        ("alphaLcParenR", "b) b"),
        ("alphaUcPeriod", "B. b"),
        ("romanLcParenBoth", "(ii) b"),
        ("romanUcPeriod", "II. b"),
        ("thaiNumPeriod", "2. b"),
    ],
)
def test_a_list_keeps_its_numbers(text: Read, kind: str, shown: str):
    content = slide(shape(numbered("a", kind) + numbered("b", kind)))

    assert text(content, "a.pptx").split("\n")[1] == shown


def test_numbers_go_on_after_deeper_levels_and_restart_after_others(text: Read):
    items = [
        numbered("a", start='startAt="4"'),
        numbered("b", level=1),
        paragraph(),
        numbered("c", level=1),
        numbered("d", start='startAt="4"'),
        numbered("e", level=1),
        paragraph(run("between")),
        numbered("f", start='startAt="4"'),
    ]

    assert text(slide(shape("".join(items))), "a.pptx") == (
        "4. a\n1. b\n2. c\n5. d\n1. e\n\nbetween\n\n4. f"
    )


def test_a_list_style_of_the_shape_gives_its_numbers(text: Read):
    style = "<a:lstStyle><a:lvl1pPr><a:buAutoNum type='alphaLcParenR'/></a:lvl1pPr></a:lstStyle>"
    plain = paragraph(run("no"), settings="<a:pPr><a:buNone/></a:pPr>")
    box = shape(paragraph(run("a")) + plain + paragraph(run("b")), style=style)

    assert text(slide(box), "a.pptx") == "a) a\n\nno\n\na) b"


def table(*rows: list[str]) -> str:
    return (
        '<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="3" name="t"/></p:nvGraphicFramePr>'
        '<a:graphic><a:graphicData uri="t"><a:tbl>'
        + "".join(f"<a:tr>{''.join(cells)}</a:tr>" for cells in rows)
        + "</a:tbl></a:graphicData></a:graphic></p:graphicFrame>"
    )


def cell(words: str, own: str = "") -> str:
    return f"<a:tc {own}><a:txBody>{paragraph(run(words))}</a:txBody></a:tc>"


def test_a_cell_that_spans_rows_is_repeated_in_each(text: Read):
    content = slide(
        table(
            [cell("Hall 9", 'rowSpan="3"'), cell("Bay 1")],
            [cell("", 'vMerge="1"'), cell("Bay 2")],
            [cell("", 'vMerge="true"'), cell("Bay 3")],
            [cell("", 'vMerge="0"'), cell("Bay 4")],
        )
    )

    assert text(content, "a.pptx") == ("Hall 9 | Bay 1\nHall 9 | Bay 2\nHall 9 | Bay 3\n | Bay 4")


def test_a_cell_that_spans_columns_is_read_once(text: Read):
    content = slide(
        table(
            [cell("Both", 'gridSpan="2" rowSpan="2"'), cell("", 'hMerge="1"'), cell("x")],
            [cell("", 'gridSpan="2" vMerge="1"'), cell("", 'hMerge="1" vMerge="1"'), cell("y")],
        )
    )

    assert text(content, "a.pptx") == "Both |  | x\nBoth |  | y"


def test_a_huge_cell_is_not_repeated_in_thousands_of_rows(text: Read):
    rows = [[cell("", 'vMerge="1"'), cell("x")]] * 2_000
    content = slide(table([cell("word " * 20_000, 'rowSpan="9999"'), cell("x")], *rows))

    assert len(text(content, "a.pptx")) < 200_000


def test_numbers_and_links_in_cells_are_read(text: Read):
    listed = f"<a:tc><a:txBody>{numbered('a')}{numbered('b')}</a:txBody></a:tc>"
    linked = f"<a:tc><a:txBody>{paragraph(run('Terms', link('rIdL')))}</a:txBody></a:tc>"

    assert text(slide(table([listed, linked]), LINK), "a.pptx") == (
        f"1. a 2. b | Terms ({ADDRESS})"
    )
