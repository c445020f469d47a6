import pytest
from lxml.etree import fromstring

from ingestion.parsing.formulas import formula_text


def r(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


def f(above: str, below: str, settings: str = "") -> str:
    return f"<m:f>{settings}<m:num>{above}</m:num><m:den>{below}</m:den></m:f>"


def power(base: str, above: str) -> str:
    return f"<m:sSup><m:e>{base}</m:e><m:sup>{above}</m:sup></m:sSup>"


def root(within: str, degree: str = "") -> str:
    return f"<m:rad><m:deg>{degree}</m:deg><m:e>{within}</m:e></m:rad>"


def linear(xml: str) -> str:
    return formula_text(fromstring(f'<m:oMath xmlns:m="m" xmlns:w="w">{xml}</m:oMath>'))


@pytest.mark.parametrize(
    ("xml", "shown"),
    [
        (r("k=") + f(r("3"), r("4")), "k=3/4"),
        (f(r("a+b"), r("c")), "(a+b)/c"),
        (f(r("1"), r("2a")), "1/(2a)"),
        (f(r("1"), f(r("2"), r("3"))), "1/(2/3)"),
        (f(r("1"), power(r("x"), r("2"))), "1/x^2"),
        (f(r("distance"), r("time")), "distance/time"),
        (f(r("n"), r("k"), '<m:fPr><m:type m:val="noBar"/></m:fPr>'), "(n over k)"),
        (f("", ""), "/"),
    ],
)
def test_a_fraction_has_its_line_and_parentheses_where_a_part_has_several_terms(
    xml: str, shown: str
):
    assert linear(xml) == shown


@pytest.mark.parametrize(
    ("xml", "shown"),
    [
        (r("2·") + power(r("10"), r("6")), "2·10^6"),
        (power(r("10"), r("-4")), "10^-4"),
        (power(r("a+b"), r("2")), "(a+b)^2"),
        (power(r("e"), r("2x")), "e^(2x)"),
        (f"<m:sSub><m:e>{r('x')}</m:e><m:sub>{r('1')}</m:sub></m:sSub>", "x_1"),
        (
            f"<m:sSubSup><m:e>{r('x')}</m:e><m:sub>{r('i')}</m:sub><m:sup>{r('2')}</m:sup>"
            "</m:sSubSup>",
            "x_i^2",
        ),
        (
            f"<m:sPre><m:sub>{r('6')}</m:sub><m:sup>{r('14')}</m:sup><m:e>{r('C')}</m:e></m:sPre>",
            "_6^14 C",
        ),
    ],
)
def test_powers_and_indices_have_a_caret_and_an_underline(xml: str, shown: str):
    assert linear(xml) == shown


@pytest.mark.parametrize(
    ("xml", "shown"),
    [
        (root(r("2")), "√2"),
        (root(r("a+b")), "√(a+b)"),
        (root(r("8"), r("3")), "∛8"),
        (root(r("x"), r("n")), "root_n x"),
    ],
)
def test_roots_have_their_sign(xml: str, shown: str):
    assert linear(xml) == shown


@pytest.mark.parametrize(
    ("xml", "shown"),
    [
        (r("2") + f(r("3"), r("4")), "2 3/4"),
        (f(r("3"), r("4")) + r("5"), "3/4 5"),
        (r("2") + power(r("10"), r("6")), "2 10^6"),
        (r("2") + power(r("x"), r("6")) + r("y"), "2x^6 y"),
        (power(r("10"), r("6")) + r("+1"), "10^6+1"),
    ],
)
def test_neighbours_do_not_become_one_number(xml: str, shown: str):
    assert linear(xml) == shown


@pytest.mark.parametrize(
    ("xml", "shown"),
    [
        (
            f'<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>{r("i=1")}</m:sub>'
            f"<m:sup>{r('n')}</m:sup><m:e>{r('i')}</m:e></m:nary>",
            "∑_(i=1)^n i",
        ),
        (f"<m:nary><m:sub/><m:sup/><m:e>{r('f dx')}</m:e></m:nary>", "∫ f dx"),
        (f"<m:d><m:e>{r('a')}</m:e><m:e>{r('b')}</m:e></m:d>", "(a|b)"),
        (
            '<m:d><m:dPr><m:begChr m:val="{"/><m:endChr m:val=""/></m:dPr><m:e><m:eqArr>'
            f"<m:e>{r('x&amp;=1')}</m:e><m:e>{r('y&amp;=2')}</m:e></m:eqArr></m:e></m:d>",
            "{x=1; y=2",
        ),
        (
            "<m:d><m:e><m:m>"
            f"<m:mr><m:e>{r('1')}</m:e><m:e>{r('0')}</m:e></m:mr>"
            f"<m:mr><m:e>{r('0')}</m:e><m:e>{r('1')}</m:e></m:mr></m:m></m:e></m:d>",
            "(1, 0; 0, 1)",
        ),
        (
            f"<m:func><m:fName><m:limLow><m:e>{r('lim')}</m:e><m:lim>{r('x→0')}</m:lim></m:limLow>"
            f"</m:fName><m:e>{f(r('1'), r('x'))}</m:e></m:func>",
            "lim_(x→0) 1/x",
        ),
        (f"<m:acc><m:e>{r('x')}</m:e></m:acc>", "x\u0302"),
        (f'<m:bar><m:barPr><m:pos m:val="top"/></m:barPr><m:e>{r("x")}</m:e></m:bar>', "x\u0305"),
        (f"<m:box><m:e>{r('a')}</m:e></m:box><m:phant><m:e>{r('b')}</m:e></m:phant>", "ab"),
    ],
)
def test_sums_delimiters_matrices_and_functions_are_linear(xml: str, shown: str):
    assert linear(xml) == shown


def test_deleted_parts_and_settings_are_left_out():
    settings = "<m:rPr><m:t>never</m:t></m:rPr>"

    assert linear(f"<m:r>{settings}<m:t>a</m:t></m:r><w:del>{r('gone')}</w:del>") == "a"


def test_a_deeply_nested_formula_is_read():
    nested = r("x")
    for _ in range(100):
        nested = f(nested, r("2"))

    assert linear(nested).count("/") == 100
