import subprocess
import sys
import time

import pytest

from ingestion.last_errors import EmptyFile
from ingestion.parsing import Section
from ingestion.parsing.html import html_sections, html_text
from tests.ingestion.parsing.conftest import Read


def test_a_page_reads_as_a_person_reads_it(text: Read):
    page = b"""<!doctype html><html><head><title>The shop</title>
    <style>p { color: red }</style><script>let a = "<p>not text</p>"</script></head>
    <body><h1>Opening
    hours</h1><p>We open <b>ear</b>ly.<br>We close late.</p><!-- no one reads this -->
    <p>Caf&eacute;&nbsp;inside &amp; out</p></body></html>"""

    assert text(page, "shop.html") == (
        "The shop\n\nOpening hours\n\nWe open early.\nWe close late.\n\nCafé inside & out"
    )


def test_lists_keep_their_marks_numbers_and_depth():
    page = "<ul><li>one<li><p>two</p><ol><li>first<li>second</ol></ul>after"

    assert html_text(page) == "- one\n\n- two\n\n  1. first\n  2. second\n\nafter"


def test_a_table_is_one_line_per_row_under_its_caption():
    table = """before<table><caption>Prices</caption><tr><th>Item</th><th>Price</th></tr>
    <tr><td>Bell <i>of brass</i></td><td><p>12</p><p>euros</p></td></tr>
    <tr><td></td><td>8</td></tr><tr><td></td><td> </td></tr></table>after"""

    assert html_text(table) == (
        "before\n\nPrices\nItem | Price\nBell of brass | 12 euros\n | 8\n\nafter"
    )


def test_a_layout_table_is_read_as_its_content():
    page = "<table><tr><td><h1>News</h1><p>One.</p><p>Two.</p></td><td>Menu</td></tr></table>"

    assert html_text(page) == "News\n\nOne.\n\nTwo.\n\nMenu"


def test_a_table_in_a_layout_table_is_one_line_per_row():
    page = "<table><tr><td>A<table><tr><td>x<td>y</tr></table></td><td>B</td></tr></table>"

    assert html_text(page) == "A\n\nx | y\n\nB"


def test_code_in_a_table_keeps_its_lines():
    page = "<table><tr><td><pre>1\n2</pre></td><td><pre>if x:\n    go()</pre></td></tr></table>"

    assert html_text(page) == "1\n2\n\nif x:\n    go()"


def test_a_list_may_begin_with_any_number():
    assert html_text("<ol start=5><li>five<li>six</ol><ol start=x><li>one</ol>") == (
        "5. five\n6. six\n\n1. one"
    )


def test_a_heading_is_its_visible_words():
    page = "<ul><ul><li><h2>In <script>x</script>lists</h2></ul></ul><p>text"

    assert [section.heading for section in html_sections(page)] == ["In lists"]


def test_nested_headings_take_linear_time():
    page = "<h1><div>" * 900 + "text " * 1_000_000
    started = time.process_time()

    list(html_sections(page))

    assert time.process_time() - started < 5  # measured: 0.2 s, or 20 s if each title is read whole


def test_preformatted_text_keeps_its_lines_and_spaces():
    page = "<p>Run  this:</p><pre><code>if x:\n    <b>go</b>()\n\ndone</code></pre><p>Wait.</p>"

    assert html_text(page) == "Run this:\n\nif x:\n    go()\n\ndone\n\nWait."


def test_divs_are_lines():
    page = "<div>one<div>two</div></div><span>three</span> four"

    assert html_text(page) == "one\ntwo\nthree four"


@pytest.mark.parametrize(
    "page",
    [
        '<meta charset="shift_jis"><p>自転車</p>'.encode("shift_jis"),
        '<meta http-equiv="Content-Type" content="text/html; charset=EUC-JP"><p>自転車</p>'.encode(
            "euc_jp"
        ),
        '<meta charset="shift_jis"><p>自転車</p>'.encode("utf-8-sig"),
        '<meta charset="no-such-set"><p>自転車</p>'.encode(),
        '<meta charset="hex"><p>自転車</p>'.encode(),
        '<meta charset="ascii"><p>自転車</p>'.encode(),
        "<p>自転車</p>".encode("utf-16"),
    ],
    ids=["declared", "declared the old way", "mark wins", "unknown", "no set", "wrong", "utf-16"],
)
def test_the_encoding_is_declared_or_else_detected(text: Read, page: bytes):
    assert text(page, "page.html") == "自転車"


@pytest.mark.parametrize("filename", ["page.html", "page.HTM", "page.xhtml", "index"])
def test_html_is_recognised_by_its_name_or_its_first_line(text: Read, filename: str):
    assert text(b"\n<!DOCTYPE html><p>Hello</p>", filename) == "Hello"


def test_html_named_as_source_code_is_left_as_it_is(text: Read):
    assert text(b"<html><p>Hello</p>", "page.php") == "<html><p>Hello</p>"


def test_a_page_without_words_is_empty(text: Read):
    with pytest.raises(EmptyFile):
        text(b"<html><script>run()</script><img src=a.png></html>", "page.html")


def test_a_reference_to_a_surrogate_is_replaced(text: Read):
    assert text(b"<p>a&#xD800;b&#0;c</p>", "page.html") == "a\ufffdb\ufffdc"


def test_deep_nesting_does_not_recurse():
    assert html_text("<div>" * 1900 + "deep" + "</div>" * 1900) == "deep"


def test_a_long_page_takes_linear_time():
    page = "<div><p>Some <b>words</b> in a paragraph</p></div>" * 20_000
    started = time.process_time()

    html_text(page)

    assert time.process_time() - started < 5  # measured: 0.3 s for this megabyte


@pytest.mark.usefixtures("programs")
def test_a_page_that_expands_beyond_the_memory_limit_is_too_large():
    # Each <p> copies every <b> that was left open, so 34 KB become gigabytes.
    script = """
import resource
resource.setrlimit(resource.RLIMIT_DATA, (500 * 1024**2,) * 2)
from ingestion.last_errors import FileTooLarge
from ingestion.parsing.html import html_sections, html_text
try:
    html_text("<p>" + "".join(f"<b x={n}>" for n in range(1900)) + "<p>x" * 4000)
except FileTooLarge as error:
    print(error)
"""

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert "too large" in done.stdout


def test_a_section_ends_where_a_heading_begins():
    page = """<title>The shop</title><p>Welcome.</p><h1>Opening <i>hours</i></h1><p>We open.</p>
    <h3></h3><p>Early.</p><h2>Prices</h2>"""

    assert list(html_sections(page)) == [
        Section("The shop\n\nWelcome.\n\n", heading="The shop"),
        Section("Opening hours\n\nWe open.\n\nEarly.\n\n", None, "Opening hours", True),
        Section("Prices", None, "Prices", True),
    ]


@pytest.mark.parametrize(
    "page",
    [
        "<h1>One</h1><h2>Two</h2>three",
        "one<h1>",
        "<ul><li><h2>In a list</h2>text</ul>",
        "<pre>\n\na\n\n\n</pre><h2>After code</h2>\n<pre>\n</pre>",
        "<table><tr><td><h1>News</h1><p>One.</p></td></tr></table>",
        "",
    ],
)
def test_the_sections_of_a_page_add_up_to_its_text(page: str):
    assert "".join(section.text for section in html_sections(page)) == html_text(page)
