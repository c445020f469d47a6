import pytest

from ingestion.last_errors import EmptyFile
from ingestion.parsing import Section
from ingestion.parsing.sections import is_blank
from tests.ingestion.parsing.conftest import Sections


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t\r\f\v",
        "\0" * 9,
        "\u200b\u200c\u200d\u2060\ufeff",
        "\xa0\u3000\u2028",
        "\xad\u200e\u202e",
        "\ufe0f\U000e0101\U000e0041",
        "\u3164\u2800\u034f",
    ],
)
def test_invisible_text_is_blank(text: str):
    assert is_blank(text)


@pytest.mark.parametrize("text", [".", "\u200ba\u200b", "😀", "\u0301", "\ufffd"])
def test_visible_text_is_not_blank(text: str):
    assert not is_blank(text)


def test_a_file_of_characters_without_width_is_empty(sections: Sections):
    with pytest.raises(EmptyFile):
        sections("\u200b\u200d\n".encode() * 100_000, "a.txt")


@pytest.mark.parametrize("unit", ["a", "😀", "a\u200b", "自", "\ufffd "])
def test_a_megabyte_of_one_character_is_text(sections: Sections, unit: str):
    text = unit * (1_000_000 // len(unit.encode()))

    assert "".join(part.text for part in sections(text.encode(), "a.txt")) == text


def test_surrogates_are_replaced_and_nuls_become_spaces(sections: Sections):
    half = "one".encode("utf-16") + b"\x00\xd8" + "\0two, and many more".encode("utf-16-le")

    assert sections(half, "a.txt") == [Section("one\ufffd two, and many more")]
