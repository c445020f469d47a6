from collections.abc import Callable

import pytest

from ingestion.parsing.pdf import hyphens
from ingestion.parsing.pdf.hyphens import BrokenWords
from tests.ingestion.parsing.pdf.documents import lines, make_pdf

Read = Callable[[bytes], str]

FOOTNOTE = "\ufffe1The text of the note is here,\nin two lines, and ends.\n"


def joined(*pages: str) -> list[str]:
    """Return pages without marks. A bar stands for a hyphen and the line's end after it."""
    broken = BrokenWords()
    return [broken.join(page.replace("|", hyphens.MARK)) for page in pages]


@pytest.mark.parametrize(
    ("halves", "word"),
    [
        ("the infor|mation is", "the information is"),
        ("a bi|cycle", "a bicycle"),
        ("Infor|mation", "Information"),
        ("(in|for|mation)", "(information)"),
        ("THE INTRO|DUCTION", "THE INTRODUCTION"),
        ("die Wohnungs|gesellschaft", "die Wohnungsgesellschaft"),
        ("ein Gebäu|de", "ein Gebäude"),
        ("low|er than a high|light of the time|table", "lower than a highlight of the timetable"),
        ("a docu|ment1 with notes", "a document1 with notes"),
        ("under|standing", "understanding"),
        ("soft infor\xadmation", "soft information"),
    ],
)
def test_a_word_that_is_broken_at_the_end_of_a_line_is_joined(halves: str, word: str):
    assert joined(halves) == [word]


@pytest.mark.parametrize(
    ("halves", "compound"),
    [
        ("a ten|shot model of well|meant rules", "a ten-shot model of well-meant rules"),
        ("code ERR|4712, 5|methyl", "code ERR-4712, 5-methyl"),
        ("n|butane or x|ray or e|mail", "n-butane or x-ray or e-mail"),
        ("COVID|20, B|14, F|18C", "COVID-20, B-14, F-18C"),
        ("from 2021-\n2023 and 030-\n4711", "from 2021-2023 and 030-4711"),
        ("16|bit and B12|rich", "16-bit and B12-rich"),
        ("Jean|Pierre of Saxe|Coburg", "Jean-Pierre of Saxe-Coburg"),
        ("DNA|based", "DNA-based"),
        ("TCP|IP", "TCP-IP"),
        ("vitamin|B12 and sigma|x2", "vitamin-B12 and sigma-x2"),
        ("state-of-the|art, state|of-the-art", "state-of-the-art, state-of-the-art"),
        ("a server|based, snow|free way", "a server-based, snow-free way"),
        ("https://example.org/some|path", "https://example.org/some-path"),
        ("to anna|maria@example.org", "to anna-maria@example.org"),
        ("a ten-year|old hive", "a ten-year-old hive"),
        ("Wi|Fi, Covid|20 and self|made", "Wi-Fi, Covid-20 and self-made"),
        ("short| and long-term", "short- and long-term"),
        ("short|and long-term", "short- and long-term"),
        ("Ein|und Ausgang", "Ein- und Ausgang"),
    ],
)
def test_a_compound_keeps_its_hyphen(halves: str, compound: str):
    assert joined(halves) == [compound]


def test_the_rest_of_the_document_decides_first():
    pages = joined(
        "A pay-roll is kept, and the snowline is read.", "The pay|roll and the snow|line."
    )

    assert pages[1] == "The pay-roll and the snowline."


def test_two_words_of_the_document_are_a_compound():
    assert joined("The price of grain; the grain is hers. Our grain|price is low.")[0].endswith(
        "Our grain-price is low."
    )


def test_the_halves_of_other_words_are_no_words_of_the_document():
    assert joined("the gram|matic gram|matic rule") == ["the grammatic grammatic rule"]


def test_only_some_words_of_a_document_are_remembered(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(hyphens, "_MAX_WORDS", 2)

    pages = joined("one two three op|en", "pay-roll", "the pay|roll")

    assert pages[2] == "the payroll"


def test_a_word_that_a_footnote_interrupts_is_whole_before_it():
    (text,) = joined(f"The docu{FOOTNOTE}ment, of course, goes on.")

    assert text == (
        "The document,\n1The text of the note is here,\nin two lines, and ends.\n"
        "of course, goes on."
    )


def test_a_word_that_goes_on_after_the_page_is_whole_on_the_next_page():
    pages = joined(f"The docu{FOOTNOTE}", "ment goes on.")

    assert pages == [
        "The docu-\n1The text of the note is here,\nin two lines, and ends.",
        "document goes on.",
    ]


@pytest.mark.parametrize("end", ["docu|12", "docu|", "docu-", "docu|- 12 -"])
@pytest.mark.parametrize("start", ["ment goes on.", "13\nment goes on."])
def test_a_page_number_does_not_come_between_the_halves_of_a_word(end: str, start: str):
    assert joined(f"The {end}", start)[1] == "document goes on."


@pytest.mark.parametrize("start", ["Methods", "13", "", "1. a list"])
def test_a_page_that_does_not_go_on_with_a_word_is_left_alone(start: str):
    assert joined("The docu-", start)[1] == start


def test_many_broken_words_are_joined_in_time():
    (text,) = joined("a|" * 200_000 + "docu" + FOOTNOTE * 2_000)

    assert len(text) > 200_000


def test_words_are_joined_in_a_pdf(text: Read):
    content = make_pdf(lines("Order ERR-", "4712 of the well-", "meant infor-", "mation."))

    assert text(content) == "Order ERR-4712 of the well-meant information."
