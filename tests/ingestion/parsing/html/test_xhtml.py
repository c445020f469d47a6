import pytest

from ingestion.parsing.html import html_sections
from tests.ingestion.parsing.conftest import Read

HEAD = '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head>'


@pytest.mark.parametrize("empty", ["title", "script src='a.js'", "style", "a id='top'", "div"])
def test_an_element_that_closes_itself_is_empty(text: Read, empty: str):
    page = f"{HEAD}<{empty}/></head><body><p>Hello</p><br/><p>world</p></body></html>"

    assert text(page.encode(), "a.xhtml").split() == ["Hello", "world"]


def test_the_namespace_alone_marks_a_page_as_xhtml():
    page = '<html lang="en" xmlns="http://www.w3.org/1999/xhtml"><title/><p>Hello'

    assert [section.text for section in html_sections(page)] == ["Hello"]


def test_in_html_no_element_closes_itself():
    assert [part.text for part in html_sections("<p>Hello <b/>world")] == ["Hello world"]
    assert [part.text for part in html_sections("<html><textarea/><p>")] == ["<p>"]


def test_self_closed_page_marks_do_not_nest(text: Read):
    page = f"{HEAD}</head><body>" + "<p><span id='p'/>word</p>" * 5_000 + "</body></html>"

    assert text(page.encode(), "a.xhtml").count("word") == 5_000
