import time

import pytest

from ingestion.last_errors import CorruptFile
from ingestion.parsing.html.nesting import MAX_ATTRIBUTES, MAX_OPEN_TAGS, check_nesting


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 200_000,
        "<DIV></b>" * 200_000,
        "<x-card><b>" * 2000,
        "</div>" * 5000 + "<div>" * 5000,
    ],
)
def test_a_page_that_nests_too_deep_is_refused_at_once(page: str):
    started = time.process_time()

    with pytest.raises(CorruptFile, match="without closing them"):
        check_nesting(page)

    assert time.process_time() - started < 2  # the parser would take minutes


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * MAX_OPEN_TAGS + "</div>" * MAX_OPEN_TAGS,
        "<div><b>x</b></div>" * 100_000,
        "<p>one<br><img src=a><li>item<td>cell<a name=b>" * 10_000,
        "<script>" + "'<div>' +" * 10_000 + "</script>",
        "<!-- " + "<div>" * 10_000 + " -->",
        "<svg>" + "<path/>" * 10_000 + "</svg>",
        "1 < 2 and 3 <4 " * 10_000,
    ],
    ids=["at the limit", "closed", "closing themselves", "script", "comment", "drawing", "maths"],
)
def test_ordinary_pages_pass(page: str):
    check_nesting(page)


@pytest.mark.parametrize("opening", ["<!--", "<script>", "<svg ", "<"])
def test_unclosed_markup_is_checked_quickly(opening: str):
    started = time.process_time()

    check_nesting(opening * 200_000)

    assert time.process_time() - started < 2


@pytest.mark.parametrize("hiding", ["'", '"', '="', '=="', 'a=b"', "a = b'", "/'"])
def test_an_unclosed_quote_does_not_hide_the_tags_after_it(hiding: str):
    page = f"<p {hiding}>" + "<div>" * (MAX_OPEN_TAGS + 1) + f"<p {hiding}>"

    with pytest.raises(CorruptFile, match="without closing them"):
        check_nesting(page)


def test_tags_within_an_attribute_value_do_not_count():
    check_nesting("<p title='" + "<div>" * (MAX_OPEN_TAGS + 1) + "'>")
    check_nesting('<p a= "' + "<div>" * (MAX_OPEN_TAGS + 1) + '"b>')


def test_a_tag_with_too_many_attributes_is_refused_at_once():
    attributes = " ".join(f"a{number}='x y'" for number in range(200_000))
    started = time.process_time()

    with pytest.raises(CorruptFile) as caught:
        check_nesting(f"<p {attributes}>")

    assert time.process_time() - started < 2  # the parser would take minutes
    assert str(caught.value) == (
        "The file could not be parsed. It has a tag with more than 2,000 attributes:"
        " repair the page, or upload its text."
    )


def test_a_tag_may_have_long_values_and_many_attributes():
    check_nesting("<p " + "a='it is, = so \\'" * MAX_ATTRIBUTES + ">")
    check_nesting(f"<img alt='{'many words ' * 10_000}'>")
