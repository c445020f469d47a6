"""Facts of a page that are not letters: powers, links, descriptions, fields, spans, formulas."""

import pytest

from tests.ingestion.parsing.conftest import Read
from tests.ingestion.parsing.test_epub import book


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("above 10<sup>21</sup> turns", "above 10^21 turns"),
        ("10<sup><b>-4</b></sup> m<sup>2</sup>", "10^-4 m^2"),
        ("See note<sup>3</sup>.", "See note^3."),
        ("the 1<sup>st</sup> of May", "the 1st of May"),
        ("<sup>3</sup> See above.", "3 See above."),
        ("x<sup>n+1</sup>", "xn+1"),
        ("H<sub>2</sub>O", "H2O"),
    ],
)
def test_powers_have_a_caret(text: Read, html: str, shown: str):
    assert text(f"<p>{html}</p>".encode(), "a.html") == shown


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ('<a href="https://a.example/tc-1">this <b>form</b></a>', "this form (https://a.example/tc-1)"),
        ('<a href="mailto:costs@a.example?subject=x">us</a>', "us (costs@a.example)"),
        ('<a href="https://a.example">https://a.example/</a>', "https://a.example/"),
        ('<a href="plan.pdf">the plan</a>', "the plan (plan.pdf)"),
        ('<a href="#top">top</a> <a name="x">here</a>', "top here"),
        ('<a href="javascript:go()">go</a>', "go"),
        ('<nav><a href="/home">Home</a> <a href="https://b.example">B</a></nav>',
         "Home B (https://b.example)"),
        ('<a href="https://a.example"><p>One</p><p>Two</p></a>', "One\n\nTwo (https://a.example)"),
        ('<a href="https://a.example"><img alt="Logo"></a>', "[Logo] (https://a.example)"),
        ('<a href="https://a.example">', "https://a.example"),
    ],
)  # fmt: skip
def test_links_show_their_address(text: Read, html: str, shown: str):
    assert text(f"<body>{html}".encode(), "a.html") == shown


def test_links_between_chapters_have_no_address_and_others_have(text: Read):
    chapter = '<p><a href="two.xhtml#x">next</a> <a href="https://a.example/x">form</a></p>'

    assert text(book(one=chapter), "a.epub") == "next form (https://a.example/x)"


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ('<img src="a.png" alt="Take exit 33">', "[Take exit 33]"),
        ('<img src="a.png" alt="">', ""),
        ('<img src="a.png" alt="a.png">', ""),
        ('<map><area alt="Hall nine" href="https://a.example"></map>', "[Hall nine]"),
        (
            "<svg><title>Stock</title><desc>It falls.</desc><text>x</text></svg>",
            "[Stock It falls.]",
        ),
        ('<svg aria-label="Warning"></svg>', "[Warning]"),
        ('<input type="image" alt="Search">', "[Search]"),
    ],
)
def test_pictures_show_their_descriptions(text: Read, html: str, shown: str):
    assert text(f"<p>Way: {html}".encode(), "a.html") == f"Way: {shown}".strip()


def test_fields_of_a_form_show_their_values(text: Read):
    html = (
        '<p>Name <input value="Ada"> <input type=hidden value=h> <input type=password value=p>'
        "<p><input type=checkbox checked>Insured <input type=radio>Express"
        "<p><select><option>red<option selected>blue</select><textarea>Ring twice.</textarea>"
    )

    assert text(html.encode(), "a.html").split() == (
        ["Name", "Ada", "☒", "Insured", "☐", "Express", "☐", "red", "☒", "blue", "Ring", "twice."]
    )


def test_a_list_without_a_choice_shows_its_entries(text: Read):
    assert text(b"<select><option>red<option>blue</select>", "a.html") == "red\nblue"


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        ("<tr><td rowspan=2>N<td>a<td>1<tr><td>b<td>2", ["N | a | 1", "N | b | 2"]),
        ("<tr><td>a<td rowspan=0>X<tr><td>b<tr><td>c", ["a | X", "b | X", "c | X"]),
        ("<tr><td colspan=2>T<td>u<tr><td>1<td>2<td>3", ["T |  | u", "1 | 2 | 3"]),
        ("<tr><td>a<td rowspan=9>X<tbody><tr><td>b<td>c", ["a | X", "b | c"]),
        ("<tr><td rowspan=2 colspan=2>B<td>1<tr><td>2", ["B |  | 1", "B |  | 2"]),
        ("<tr><td rowspan=x colspan=-1>a<td>b", ["a | b"]),
        ("<tr><td>a<td rowspan=2>b<td>c<tr><td>d<td>e", ["a | b | c", "d | b | e"]),
        ("<tr><td rowspan=2>a<td>b<tr>", ["a | b", "a"]),
    ],
)
def test_spanning_cells_stay_in_their_columns(text: Read, rows: str, lines: list[str]):
    assert text(f"<table>{rows}</table>".encode(), "a.html").split("\n") == lines


def test_huge_spans_take_neither_time_nor_memory(text: Read):
    cells = "<td rowspan=999999 colspan=999999>x" * 50
    html = f"<table>{f'<tr>{cells}' * 200}</table>"

    assert len(text(html.encode(), "a.html")) < 2_000_000


def test_a_declarative_shadow_root_is_shown_and_other_templates_are_not(text: Read):
    html = (
        "<price-card><template shadowrootmode='open'><p>740 euro</p>"
        "<template><p>never</p></template><p>per day</p></template></price-card>"
        "<template id=x><p>shown</p></template>"
    )

    found = text(html.encode(), "a.html")

    assert "740 euro" in found
    assert "per day" in found
    assert "never" not in found
    assert "shown" not in found


@pytest.mark.parametrize(
    ("math", "shown"),
    [
        ("<mfrac><mn>3</mn><mn>4</mn></mfrac>", "3/4"),
        ("<mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac>", "(a+b)/2"),
        ("<msup><mn>10</mn><mrow><mo>-</mo><mn>4</mn></mrow></msup>", "10^-4"),
        ("<msqrt><mn>2</mn></msqrt><mo>=</mo><mroot><mi>x</mi><mn>3</mn></mroot>", "√2=x^(1/3)"),
        ("<msub><mi>v</mi><mn>0</mn></msub>", "v_0"),
        ("<semantics><mi>x</mi><annotation>x is hidden</annotation></semantics>", "x"),
    ],
)
def test_formulas_are_written_on_one_line(text: Read, math: str, shown: str):
    assert text(f"<p>So <math>{math}</math>.".encode(), "a.html") == f"So {shown}."


def test_readings_of_characters_are_in_parentheses(text: Read):
    html = "<p><ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>です".encode()

    assert text(html, "a.html") == "漢字(かんじ)です"
