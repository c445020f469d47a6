import random
from itertools import pairwise
from pathlib import Path

import pytest

from ingestion import chunking
from ingestion.chunking import Chunk, chunk, count_tokens, document_text
from ingestion.last_errors import FileTooLarge
from ingestion.parsing import Section, parse

ENGLISH = (Path(__file__).parents[3] / "docs" / "samples" / "customer-faq.md").read_text("utf-8")


def han(chance: random.Random) -> str:
    return chr(chance.randrange(0x4E00, 0x9FFF))


def hangul(chance: random.Random) -> str:
    return chr(chance.randrange(0xAC00, 0xD7A3))


def emoji(chance: random.Random) -> str:
    return chance.choice(["😀", "👩\u200d🚀", "🇫🇷", "é", "漢", " "])


def mixture(chance: random.Random) -> str:
    return chance.choice([*"ab 1\n\t.,'(é漢한😀", "  ", "\n\n", "'ll", "(((", "12345", "word"])


def anything(chance: random.Random) -> str:
    return chr(chance.choice([chance.randrange(0x20, 0xD800), chance.randrange(0xE000, 0x110000)]))


TEXTS = {
    "english": ENGLISH,
    # A token of this syllable holds the end of one and the beginning of the next, so no token
    # ends where a character does.
    "never aligned": "픤" * 3000,
    "one word": "a" * 9000,
    "blank": " " * 200_000,
    **{
        make.__name__: "".join(make(chance) for _ in range(6000))
        for chance in [random.Random(1)]
        for make in (han, hangul, emoji, mixture, anything)
    },
}
SIZES = [(800, 400), (100, 50), (100, 0), (500, 13), (16, 8)]


def edges(found: Chunk) -> tuple[int, int]:
    return found.start, found.start + len(found.text)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize(("size", "overlap"), SIZES)
def test_windows_cover_the_text_and_none_is_too_long(text: str, size: int, overlap: int):
    chunks = chunk([Section(text)], max_tokens=size, overlap_tokens=overlap)

    assert [found.position for found in chunks] == list(range(len(chunks)))
    assert all(text[slice(*edges(found))] == found.text for found in chunks)
    assert all(found.tokens <= size and count_tokens(found.text) <= size + 1 for found in chunks)
    assert (chunks[0].start, edges(chunks[-1])[1]) == (0, len(text))
    for before, after in pairwise(chunks):
        assert before.start < after.start <= edges(before)[1] < edges(after)[1]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize(("size", "overlap"), SIZES)
def test_windows_are_full_and_overlap_as_asked(text: str, size: int, overlap: int):
    *chunks, last = chunk([Section(text)], max_tokens=size, overlap_tokens=overlap)

    assert all(size - 3 <= found.tokens <= size for found in chunks)
    assert last.tokens > overlap
    for before, after in pairwise([*chunks, last]):
        shared = text[after.start : edges(before)[1]]
        assert overlap - 3 <= count_tokens(shared) <= overlap + 3


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_the_document_can_be_put_together_again(text: str):
    sections = [Section(text), Section("A second section.", page=2), Section(text[:700])]

    rebuilt = ""
    for found in chunk(sections):
        rebuilt += found.text[len(rebuilt) - found.start :]

    assert rebuilt == document_text(sections)


def test_sections_are_paragraphs_of_one_text():
    assert document_text([Section("one"), Section("two\n"), Section("three")]) == (
        "one\n\ntwo\n\n\nthree"
    )


def test_a_short_text_is_one_chunk():
    assert chunk([Section("hello world", page=3)]) == [Chunk("hello world", 0, 0, 2, 3, None)]


def test_a_text_of_exactly_one_window_has_no_second():
    text = " the" * 800

    assert [found.tokens for found in chunk([Section(text)])] == [800]
    assert [found.tokens for found in chunk([Section(text + " end")])] == [800, 401]


def test_nothing_gives_no_chunks():
    assert chunk([]) == []
    assert chunk([Section("")]) == []


def test_a_chunk_is_on_the_page_where_its_first_words_stand():
    pages = [Section(" the" * 100, page=1), Section(" of" * 98, page=2), Section(" a" * 50, page=3)]

    found = chunk(pages, max_tokens=100, overlap_tokens=0)

    assert [each.page for each in found] == [1, 2, 3]


def test_a_chunk_that_begins_with_the_gap_between_pages_is_on_the_page_after_it():
    pages = [Section(" the" * 100, page=1), Section("of course", page=2)]

    [_, second] = chunk(pages, max_tokens=100, overlap_tokens=0)

    assert second.text == "\n\nof course"
    assert second.page == 2


def test_half_a_character_becomes_a_question_mark_in_its_place():
    [found] = chunk([Section("a\ud83db")])

    assert found.text == "a?b"


@pytest.mark.parametrize(("size", "overlap"), [(100, 51), (100, -1), (15, 0), (0, 0)])
def test_windows_that_would_not_advance_are_refused(size: int, overlap: int):
    with pytest.raises(ValueError, match="no windows"):
        chunk([Section("text")], max_tokens=size, overlap_tokens=overlap)


def test_a_file_of_too_many_tokens_is_too_large(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(chunking, "MAX_TOKENS_PER_FILE", 1000)
    chunk([Section(" the" * 1000)])

    with pytest.raises(FileTooLarge, match="more than 1,000 tokens"):
        chunk([Section(" the" * 1001)])


def test_the_limit_is_openais():
    assert chunking.MAX_TOKENS_PER_FILE == 5_000_000


def test_chunks_of_a_pdf_know_their_pages():
    path = Path(__file__).parents[3] / "docs" / "samples" / "heron-manual.pdf"

    found = chunk(parse(path, path.name))

    assert [each.page for each in found] == sorted(each.page or 0 for each in found)
    assert {each.page for each in found} >= {1, 2}
