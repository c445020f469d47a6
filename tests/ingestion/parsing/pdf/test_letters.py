import pytest

from ingestion.parsing.pdf.page_text import is_legible, lines, repair

PROSE = "The quick brown fox jumps over the lazy dog, and goes home again.\n"


def test_line_ends_and_marks_of_hyphens_are_normalised():
    assert lines("bi\x02cycle\r\nbi\ufffecycle") == "bi\ufffecycle\nbi\ufffecycle"


@pytest.mark.parametrize(
    ("found", "meant"),
    [
        ("to de\x1cne a \x1cle", "to define a file"),
        ("di\x1berent e\x1eciency ba\x1fed \x1door", "different efficiency baffled floor"),
        ("di\x0berent e\x0eciency in\ruence", "different efficiency influence"),
        ("in \uf731\uf739\uf738\uf734", "in 1984"),
        ("\uf761\uf762\uf763 \uf0b7 item", "abc • item"),
        ("a \uf8eb\uf8ec\uf8ed b", "a  b"),
        ("so \x16 and so\x07", "so  and so"),
        ("one\n\x01\n\x04\ntwo", "one\ntwo"),
    ],
    ids=["fi", "others", "older", "digits", "capitals", "brackets", "controls", "blank lines"],
)
def test_stand_ins_for_letters_are_replaced_and_controls_dropped(found: str, meant: str):
    assert repair(found) == meant


def test_intact_text_is_left_alone():
    text = "Ein Text\n\nmit Lücken: 日本語, עברית, 😀"

    assert repair(text) == text


@pytest.mark.parametrize(
    ("text", "unnamed"),
    [
        (PROSE, 0.0),
        (PROSE, 1.0),
        ("這是一個沒有母音的句子。" * 9, 0.0),
        ("Violin II\n\x01\n\x02\n\x05\nAllegro ma non troppo", 0.2),
        ("42", 1.0),
    ],
    ids=["prose", "ASCII by number", "Chinese", "music", "a page number"],
)
def test_a_page_is_legible(text: str, unnamed: float):
    assert is_legible(text, unnamed)


@pytest.mark.parametrize(
    ("text", "unnamed"),
    [
        ("".join(chr(ord(letter) - 29) for letter in PROSE if letter.isalpha()), 1.0),
        ("".join(chr(ord(letter) + 0xE000) for letter in PROSE), 0.0),
        ("\ufffd" * 20 + "abc", 0.0),
        ("ٱسِمݱ߮ߢඕداѢ֡ӖѸإ" * 9, 0.6),
        ("T\x87rK\x8fwt\x0b \xa0\x01 w\x99 a\x15nWm", 1.0),
    ],
    ids=["shifted", "private", "unknown", "of no language", "with controls"],
)
def test_a_page_is_not_legible(text: str, unnamed: float):
    assert not is_legible(text, unnamed)
