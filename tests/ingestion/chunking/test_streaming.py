"""Chunks that come while the document is read are those of the whole document."""

import tracemalloc
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain, islice, repeat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion import chunking
from ingestion.chunking import Chunk, chunks, document_text, tokenizer
from ingestion.chunking.document import MAX_HEADING
from ingestion.chunking.tokenizer import pieces, token_sizes
from ingestion.last_errors import FileTooLarge
from ingestion.parsing.sections import Section

# Letters of one, two, three and four bytes, what joins and breaks, and what cannot be kept.
PARTS = st.sampled_from(
    [
        *("a", " ", "\n", "é", "픤", "漢", "😀", "\u200b", "\0", "\ud83d", "\udc00", "\u00a0"),
        *("word", " word", "  ", "\n\n", "12345", "'ll", "픤픤픤픤픤픤", "x" * 40, " " * 40),
    ]
)
SECTIONS = st.lists(
    st.builds(
        Section,
        text=st.lists(PARTS, max_size=60).map("".join),
        page=st.none() | st.integers(1, 9),
        heading=st.none() | st.sampled_from(["One", "Two", "", "a\0b\ud83d"]),
        continues=st.booleans(),
    ),
    max_size=12,
)
SIZES = st.sampled_from([(16, 0), (16, 8), (20, 3), (100, 50), (800, 400)])


def whole(sections: Sequence[Section], size: int, overlap: int) -> list[Chunk]:
    """Return the chunks made with the document and all of its tokens in memory."""
    storable = [section.text.replace("\0", "") for section in sections]
    texts = [text.encode(errors="replace").decode() for text in storable]
    joined = [not number or section.continues for number, section in enumerate(sections)]
    gaps = ["" if follows else "\n\n" for follows in joined]
    parts = list(chain.from_iterable(zip(gaps, texts, strict=True)))
    document = "".join(parts)
    places = list(accumulate(map(len, parts)))[0::2]
    data = document.encode()
    ends = [0, *accumulate(length for piece in pieces([document]) for length in token_sizes(piece))]

    def character_start(offset: int) -> int:
        while offset < len(data) and data[offset] & 0b1100_0000 == 0b1000_0000:
            offset -= 1
        return offset

    found: list[Chunk] = []
    begin = last = 0
    while last < len(ends) - 1:
        first = bisect_right(ends, begin) - 1
        last = min(first + size, len(ends) - 1)
        end = character_start(ends[last])
        text, start = data[begin:end].decode(), len(data[:begin].decode())
        touched = sum(1 for edge in ends[first:] if edge < end)
        words = start + len(text) - len(text.lstrip())
        section = sections[bisect_right(places, words) - 1]
        heading = (section.heading or "").replace("\0", "").replace("\ud83d", "?") or None
        found.append(Chunk(text, len(found), start, touched, section.page, heading))
        begin = character_start(ends[max(last - overlap, 0)])
    return found


@settings(max_examples=400)
@given(sections=SECTIONS, sizes=SIZES, piece=st.sampled_from([7, 30, 200, 65_536]))
def test_chunks_are_those_of_the_whole_document(
    sections: list[Section], sizes: tuple[int, int], piece: int
):
    size, overlap = sizes
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tokenizer, "_PIECE", piece)

        found = list(chunks(iter(sections), max_tokens=size, overlap_tokens=overlap))

        assert found == whole(sections, size, overlap)
    document = document_text(sections)
    assert all(each.text == document[each.start : each.start + len(each.text)] for each in found)
    assert all(each.text.encode() and "\0" not in each.text for each in found)


@settings(max_examples=200)
@given(text=st.lists(PARTS, max_size=300).map("".join), cuts=st.lists(st.integers(1, 40)))
def test_how_a_text_is_divided_makes_no_difference(text: str, cuts: list[int]):
    edges = [0, *accumulate(cuts)]
    parts = [text[begin:end] for begin, end in zip(edges, [*edges[1:], len(text)], strict=True)]
    sections = [Section(part, continues=bool(number)) for number, part in enumerate(parts)]

    assert list(chunks(sections)) == list(chunks([Section(text)]))


def test_a_section_that_continues_follows_without_a_gap():
    sections = [Section("one", page=1), Section(" two", page=1, continues=True), Section("three")]

    assert document_text(sections) == "one two\n\nthree"


def test_a_section_that_continues_nothing_begins_the_document():
    assert document_text([Section("one", continues=True)]) == "one"


def test_a_chunk_has_the_heading_its_first_words_stand_under():
    sections = [
        Section(" the" * 100, heading="Intro"),
        Section(" of" * 50, heading="Usage"),
        Section(" a" * 100, heading="Usage", continues=True),
        Section("end"),
    ]

    found = chunks(sections, max_tokens=100, overlap_tokens=0)

    assert [each.heading for each in found] == ["Intro", "Usage", "Usage"]


def test_a_heading_of_a_megabyte_is_cut_since_it_is_kept_with_every_chunk():
    [found] = chunks([Section("text", heading="Title " * 200_000)])

    assert found.heading is not None
    assert len(found.heading) <= MAX_HEADING
    assert found.heading.startswith("Title Title")


def test_chunks_come_before_the_document_ends():
    endless = chain([Section("begin")], repeat(Section(" and on" * 1000, continues=True)))

    found = list(islice(chunks(endless), 100))

    assert len(found) == 100


def test_an_endless_document_is_too_large_after_the_chunks_that_are_not():
    endless = repeat(Section(" and on" * 1000, continues=True))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunking, "MAX_TOKENS_PER_FILE", 100_000)
        found = chunks(endless)
        [next(found) for _ in range(200)]
        with pytest.raises(FileTooLarge, match="more than 100,000 tokens"):
            list(found)


def half_a_megabyte() -> Iterator[Section]:
    return repeat(Section("Some words in a line, and more of them.\n" * 1638), 8)


def test_memory_does_not_grow_with_the_document():
    def peak(times: int) -> int:
        tracemalloc.start()
        for _ in chunks(chain.from_iterable(half_a_megabyte() for _ in range(times))):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(1)  # what is loaded once

    assert peak(16) < peak(2) * 1.2


# A second each, if at all: quadratic time would be minutes.
@pytest.mark.parametrize(
    "text",
    [
        *("a" * 1_000_000, " " * 1_000_000, "\n" * 1_000_000, "-" * 1_000_000),
        *("😀" * 250_000, "👩\u200d🚀" * 100_000, "\u200b" * 300_000, "漢" * 330_000),
        *("\0" * 1_000_000, "\ud83d" * 300_000, "\ud83d\ude00" * 150_000, "픤" * 300_000),
    ],
    ids=[
        *("a", "spaces", "lines", "dashes", "emoji", "joined emoji", "zero width", "han"),
        *("nul", "surrogates", "pairs of surrogates", "never aligned"),
    ],
)
@pytest.mark.timeout(60)
def test_a_megabyte_of_the_same_ends_well(text: str):
    found = list(chunks([Section(text)], max_tokens=16, overlap_tokens=8))

    assert sum(len(each.text) for each in found) >= len(text.replace("\0", ""))


@pytest.mark.timeout(60)
def test_many_sections_of_nothing_end_well():
    found = list(chunks(chain(repeat(Section("", continues=True), 200_000), [Section("end")])))

    assert [each.text for each in found] == ["\n\nend"]


@pytest.mark.timeout(60)
def test_many_paragraphs_of_a_letter_end_well():
    *_, last = chunks(chain(repeat(Section("a", page=1), 100_000), [Section("end", page=2)]))

    assert last.text.endswith("a\n\nend")
