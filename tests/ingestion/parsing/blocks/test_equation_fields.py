import pytest

from ingestion.parsing.blocks.equation_fields import equation_text


@pytest.mark.parametrize(
    ("instruction", "shown"),
    [
        (r" EQ \f(3,4) ", "3/4"),
        (r"eq \F(3;4)", "3/4"),
        (r"EQ 2\f(1,2)", "2 1/2"),
        (r"EQ \f(a+b,c)", "(a+b)/c"),
        (r"EQ \f(1,\r(2))", "1/(√2)"),
        (r"EQ \r(3,8)", "root_3 8"),
        (r"EQ 10\s\up6(-4)", "10^(-4)"),
        (r"EQ 10\s\up 6(6) m", "10^6 m"),
        (r"EQ x\s\do4(1)", "x_1"),
        (r"EQ \b(\f(1,2))", "(1/2)"),
        (r"EQ \b\bc\{ (a)", "(a)"),
        (r"EQ \i(0,1,x dx)", "∫_0^1 x dx"),
        (r"EQ \f(f(x),2)", "(f(x))/2"),
        (r"EQ \f(1\,5,2)", "(1,5)/2"),
        (r"EQ \a\al\co2(1,2,3,4)", "1, 2, 3, 4"),
        (r"EQ \f(3", "3"),
        (r"PAGE \f(3,4)", ""),
        ("", ""),
    ],
)
def test_an_equation_field_is_read_on_one_line(instruction: str, shown: str):
    assert equation_text(instruction) == shown


def test_a_hostile_equation_ends():
    for hostile in (r"\f(", r"\f(1,", r"\i(1,2,", r"\s\up6("):
        assert len(equation_text("EQ " + hostile * 5_000)) < 100_000
