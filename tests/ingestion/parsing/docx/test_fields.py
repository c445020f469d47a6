import pytest

from tests.ingestion.parsing.conftest import Read
from tests.ingestion.parsing.docx.bodies import p, r, with_body, with_link

SEPARATE = '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'


def begin(instruction: str, data: str = "") -> str:
    data = data and f"<w:ffData>{data}</w:ffData>"
    return (
        f'<w:r><w:fldChar w:fldCharType="begin">{data}</w:fldChar></w:r>'
        f"<w:r><w:instrText>{instruction}</w:instrText></w:r>"
    )


def control(settings: str, content: str) -> str:
    return f"<w:sdt><w:sdtPr>{settings}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def entries(chosen: str) -> str:
    listed = "".join(f'<w:listEntry w:val="{one}"/>' for one in ("by post", "by courier"))
    return f"<w:ddList>{chosen}{listed}</w:ddList>"


@pytest.mark.parametrize(
    "body",
    [
        '<w:hyperlink r:id="rX"><w:r><w:t>the form</w:t></w:r></w:hyperlink>',
        f"{begin('HYPERLINK &quot;https://a.example/f&quot;')}{SEPARATE}{r('the form')}{END}",
        f"{begin('HYPERLINK https://a.example/f')}{SEPARATE}{r('the form')}{END}",
        '<w:fldSimple w:instr="HYPERLINK &quot;https://a.example/f&quot; \\o &quot;tip&quot;">'
        f"{r('the ')}{r('form')}</w:fldSimple>",
    ],
)
def test_the_address_of_a_link_follows_its_text(text: Read, body: str):
    content = with_link(
        with_body(f"<w:p>{r('See ')}{body}{r('.')}</w:p>"), "rX", "https://a.example/f"
    )

    assert text(content, "a.docx") == "See the form (https://a.example/f)."


@pytest.mark.parametrize(
    "link",
    [
        '<w:hyperlink w:anchor="place">{}</w:hyperlink>',
        '<w:hyperlink r:id="missing">{}</w:hyperlink>',
        begin("HYPERLINK \\l &quot;_Toc1&quot;") + SEPARATE + "{}" + END,
        begin("REF place \\h") + SEPARATE + "{}" + END,
    ],
)
def test_a_link_within_the_document_has_no_address(text: Read, link: str):
    assert text(with_body(f"<w:p>{link.format(r('chapter two'))}</w:p>"), "a.docx") == "chapter two"


def test_a_link_that_shows_its_address_is_not_repeated(text: Read):
    body = f'<w:p><w:hyperlink r:id="rX">{r("a.example/f")}</w:hyperlink></w:p>'

    assert text(with_link(with_body(body), "rX", "https://a.example/f"), "a.docx") == "a.example/f"


@pytest.mark.parametrize(
    ("data", "read"),
    [
        (entries('<w:result w:val="1"/>'), "by courier"),
        (entries('<w:default w:val="1"/>'), "by courier"),
        (entries(""), "by post"),
        (entries('<w:result w:val="99"/>'), ""),
        ("<w:checkBox><w:checked/></w:checkBox>", "\u2612"),
        ('<w:checkBox><w:checked w:val="1"/></w:checkBox>', "\u2612"),
        ('<w:checkBox><w:default w:val="1"/></w:checkBox>', "\u2612"),
        ('<w:checkBox><w:default w:val="1"/><w:checked w:val="0"/></w:checkBox>', "\u2610"),
        ("<w:checkBox/>", "\u2610"),
    ],
)
def test_the_chosen_entries_and_boxes_of_old_forms_are_read(text: Read, data: str, read: str):
    forms = (
        f"{begin('FORMX', data)}{END}{r('.')}",
        f"{begin('FORMX', data)}{SEPARATE}{END}{r('.')}",
        f"{begin('FORMX', data)}{SEPARATE}{r('shown')}{END}{r('.')}",
    )
    for form in forms:
        assert text(with_body(f"<w:p>{r('Sent ')}{form}</w:p>"), "a.docx") == f"Sent {read}."


@pytest.mark.parametrize(
    ("settings", "read"),
    [
        ("<w:dropDownList/>", "Choose one: shown"),
        ("<w:showingPlcHdr/><w:dropDownList/>", "Choose one:"),
        ('<w:showingPlcHdr w:val="0"/><w:date/>', "Choose one: shown"),
    ],
)
def test_a_content_control_is_read_unless_it_shows_a_placeholder(
    text: Read, settings: str, read: str
):
    body = f"<w:p>{r('Choose one: ')}{control(settings, r('shown'))}</w:p>"

    assert text(with_body(body), "a.docx") == read


@pytest.mark.parametrize(("state", "read"), [("1", "\u2612"), ("0", "\u2610"), ("true", "\u2612")])
def test_the_state_of_a_check_box_is_read_with_any_sign(text: Read, state: str, read: str):
    box = f'<w14:checkbox><w14:checked w14:val="{state}"/></w14:checkbox>'
    body = f"<w:p>{control(box, r('x'))}{r(' insured')}</w:p>"

    assert text(with_body(body), "a.docx") == f"{read} insured"


def test_the_boxes_of_a_table_of_controls_are_read(text: Read):
    box = '<w14:checkbox><w14:checked w14:val="1"/></w14:checkbox>'
    sign = '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>'
    cell = control(box, f"<w:tc><w:p>{sign}</w:p></w:tc>")
    body = f"<w:tbl><w:tr><w:tc>{p('Insured')}</w:tc>{cell}</w:tr></w:tbl>"

    assert text(with_body(body), "a.docx") == "Insured | \u2612"


def test_a_value_in_a_placeholder_group_is_read(text: Read):
    inner = control("<w:text/>", r("Ilse"))
    body = f"<w:p>{control('<w:showingPlcHdr/>', inner + r('Click here'))}</w:p>"

    assert text(with_body(body), "a.docx") == "Ilse"


def test_results_within_an_instruction_are_not_read(text: Read):
    inner = begin("MERGEFIELD sex") + SEPARATE + r("hidden") + END
    body = f"<w:p>{r('Dear ')}{begin('IF ')}{inner}{SEPARATE}{r('Madam')}{END}{r(',')}</w:p>"

    assert text(with_body(body), "a.docx") == "Dear Madam,"


def test_an_incomplete_field_hides_no_more_than_its_instruction(text: Read):
    body = f"<w:p>{begin('IF ')}{r('shown')}</w:p>{p('And on.')}<w:p>{END}{END}{SEPARATE}</w:p>"

    assert text(with_body(body), "a.docx") == "shown\n\nAnd on."


def test_a_symbol_field_shows_its_sign(text: Read):
    field = begin("SYMBOL 109 \\f &quot;Symbol&quot; \\s 12") + END

    assert text(with_body(f"<w:p>{r('5 ')}{field}{r('g')}</w:p>"), "a.docx") == "5 \u03bcg"


def test_a_link_across_paragraphs_has_its_address_at_its_end(text: Read):
    first = f"<w:p>{begin('HYPERLINK &quot;https://a.example/f&quot;')}{SEPARATE}{r('one')}</w:p>"

    assert text(with_body(f"{first}<w:p>{r('two')}{END}</w:p>"), "a.docx") == (
        "one\n\ntwo (https://a.example/f)"
    )


def test_a_placeholder_that_is_locked_is_text(text: Read):
    locked = '<w:lock w:val="contentLocked"/><w:showingPlcHdr/>'

    assert text(with_body(f"<w:p>{control(locked, r('Fixed.'))}</w:p>"), "a.docx") == "Fixed."


@pytest.mark.parametrize("result", ["", SEPARATE, SEPARATE + r("old")])
def test_an_equation_field_shows_its_fraction(text: Read, result: str):
    field = begin("EQ \\f(3,4)") + result + END

    assert text(with_body(f"<w:p>{r('Load 2')}{field}{r(' of all')}</w:p>"), "a.docx") == (
        "Load 2 3/4 of all"
    )


def test_thousands_of_open_fields_take_no_time(text: Read):
    paragraphs = [f"<w:p>{begin('IF x')}{r('word')}</w:p>"] * 3_000

    assert text(with_body("".join(paragraphs)), "a.docx").count("word") == 3_000


def test_fields_nested_beyond_the_limit_keep_their_results(text: Read):
    nested = (begin("IF x") + SEPARATE) * 150 + r("within") + END * 150

    assert text(with_body(f"<w:p>{nested}{r(' and after')}</w:p>"), "a.docx") == "within and after"
