import pytest

from ingestion.parsing.containers.xml_parts import as_int


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("-3", -3),
        (None, 7),
        ("", 7),
        ("--5", 7),
        ("twelve", 7),
        ("1.5", 7),
        ("4294967296", 7),
        ("9" * 5_000, 7),
    ],
)
def test_a_number_that_no_program_writes_yields_the_default(text: str | None, number: int):
    assert as_int(text, 7) == number
