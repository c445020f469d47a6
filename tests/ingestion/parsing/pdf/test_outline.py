from collections.abc import Callable

from ingestion.parsing.pdf.document import Outline
from ingestion.parsing.sections import Section
from tests.ingestion.parsing.pdf.documents import lines, make_pdf, make_pdf_with_outline

Sections = Callable[[bytes], list[Section]]


def test_a_page_is_split_where_a_title_of_the_outline_occurs(sections: Sections):
    content = make_pdf_with_outline(
        {0: [(0, "Apples"), (1, "Growing")], 2: [(0, "Pears")]},
        lines("Apples", "are red.", "1.1 Growing", "takes years."),
        lines("And more years."),
        lines("A last year.", "Pears", "are green."),
    )

    assert sections(content) == [
        Section("Apples\nare red.", 1, "Apples"),
        Section("1.1 Growing\ntakes years.", 1, "Growing"),
        Section("And more years.", 2, "Growing"),
        Section("A last year.", 3, "Growing"),
        Section("Pears\nare green.", 3, "Pears"),
    ]


def test_without_an_outline_there_are_no_headings(sections: Sections):
    assert sections(make_pdf(lines("Apples", "are red."))) == [Section("Apples\nare red.", 1)]


def test_text_before_the_first_title_has_no_heading():
    outline = Outline([(1, "Apples")])

    assert list(outline.parts(0, "Contents")) == [(None, "Contents")]


def test_a_title_missing_from_the_text_replaces_the_one_before():
    outline = Outline([(0, "Fruit"), (0, "Apples"), (0, "Pears")])

    parts = list(outline.parts(0, "Preface\nApples\nare red."))

    assert parts == [("Fruit", "Preface\n"), ("Pears", "Apples\nare red.")]


def test_a_title_may_be_written_in_capitals_and_on_two_lines():
    outline = Outline([(0, "How to grow apples")])

    parts = list(outline.parts(0, "Before.\nChapter 2. HOW TO\nGROW APPLES\nPatiently."))

    assert parts == [
        (None, "Before.\n"),
        ("How to grow apples", "Chapter 2. HOW TO\nGROW APPLES\nPatiently."),
    ]


def test_a_title_within_a_sentence_does_not_split_the_page():
    outline = Outline([(0, "Apples")])

    assert list(outline.parts(0, "Apples are red.")) == [("Apples", "Apples are red.")]


def test_bookmarks_may_be_in_any_order():
    outline = Outline([(5, "Last"), (0, "First")])

    assert list(outline.parts(3, "words")) == [("First", "words")]


def test_only_some_titles_are_searched_on_a_page_with_too_many():
    many = [(0, f"Fruit {number}") for number in range(1_000)]
    outline = Outline([*many, (0, "Pears")])
    page = f"Fruit 0\n{'x' * 999_980}\nPears"

    parts = list(outline.parts(0, page))

    assert [heading for heading, _ in parts] == [None, "Fruit 49"]
    assert list(outline.parts(1, "More.")) == [("Pears", "More.")]
