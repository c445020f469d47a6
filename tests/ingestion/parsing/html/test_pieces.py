from collections.abc import Callable

import pytest

from ingestion.last_errors import FileTooLarge
from ingestion.parsing import html
from ingestion.parsing.html import html_sections, pieces

Few = Callable[[str], list[str]]


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> Few:
    """Return a function that splits a page into pieces of some 4,000 characters."""
    monkeypatch.setattr(pieces, "PIECE", 4_000)
    monkeypatch.setattr(pieces, "MAX_PIECE", 32_000)
    monkeypatch.setattr(html, "_BLOCK", 100)
    return lambda page: list(
        pieces.in_pieces(page[at : at + 100] for at in range(0, len(page), 100))
    )


def words(page: str) -> list[str]:
    return "".join(section.text for section in html_sections(page)).split()


PAGES = {
    "parts": "".join(f"<div><h2>{n}</h2><p>para {n} <b>bold</b>.</p></div>" for n in range(400)),
    "table": "".join(f"<tr><td>{n}<td>row<td><p>x</p></tr>" for n in range(800)),
    "list": "<ul>" + "".join(f"<li>item {n}" for n in range(800)) + "</ul>",
    "terms": "<dl>" + "".join(f"<dt>term {n}<dd>is {n}" for n in range(800)) + "</dl>",
    "code": "<pre>" + "".join(f"  line {n}\n" for n in range(1_500)) + "</pre>",
    "coloured code": "<pre>" + "".join(f"<i>x {n}</i>\n" for n in range(1_500)) + "</pre>",
    "lines": "".join(f"line {n}<br>" for n in range(1_500)),
    "one cell": "<table><tr><td>" + "".join(f"<p>para {n}</p>" for n in range(900)) + "</table>",
    "words": " ".join(f"word{n}" for n in range(3_000)),
    "script": "<p>a</p><script>" + "if (a<b) '<p>' \n" * 1_000 + "</script><p>b</p>",
    "comment": "<p>a</p><!-- " + "<p>no</p> " * 1_500 + "--><p>b</p>",
}
PAGES["table"] = f"<p>before</p><table>{PAGES['table']}</table><p>after</p>"


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_a_page_in_pieces_has_the_same_words_as_the_whole(
    page: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
):
    at_once = words(page)

    small_pieces: Few = request.getfixturevalue("small_pieces")

    assert words(page) == at_once
    assert len(small_pieces(page)) > 1 or page in (PAGES["script"], PAGES["comment"])


@pytest.mark.parametrize("case", ["parts", "table", "list", "code", "one cell"])
def test_pieces_are_hardly_longer_than_the_limit(case: str, small_pieces: Few):
    assert max(map(len, small_pieces(PAGES[case]))) < 4_200


def test_a_table_is_divided_between_its_rows(small_pieces: Few):
    found = small_pieces(PAGES["table"])

    assert all(piece.startswith("<table><tr>") for piece in found[1:])
    assert {
        line.count(" | ")
        for line in "".join(section.text for section in html_sections(PAGES["table"])).split("\n")
        if "row" in line
    } == {2}


def test_a_heading_carries_over_to_the_next_piece(small_pieces: Few):
    page = "<title>All</title><h1>One</h1>" + "<p>para</p>" * 1_000 + "<h1>Two</h1><p>end</p>"

    found = list(html_sections(page))

    assert len(small_pieces(page)) == 3
    assert [section.heading for section in found] == ["All", "One", "One", "One", "Two"]
    assert [section.continues for section in found] == [False, True, True, True, True]


@pytest.mark.parametrize("endless", ["<p title='", "<!-- ", "<script>", "x"])
def test_a_page_without_a_place_to_cut_is_refused(endless: str, small_pieces: Few):
    with pytest.raises(FileTooLarge) as caught:
        list(html_sections(f"<p>text {endless}" + "y" * 100_000))

    assert str(caught.value) == (
        "The file could not be parsed because it is too large. It has a tag or a word without end:"
        " repair the page."
    )
