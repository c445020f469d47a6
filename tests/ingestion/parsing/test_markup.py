import pytest

from ingestion.parsing import decoding
from tests.ingestion.parsing.conftest import Read, Sections

MARKDOWN = """Before.

# The *shop* #

We open early.

```sh
# no title
Neither
-------
```

Prices
------
| a | b |
|---|---|

- a list
---
   ### Bells ###
~~~
## code that never ends
"""
RST = """=========
The shop
=========

We open early::

    Not a title
    -----------

=====  =====
a      b
=====  =====

Prices and *bells*
==================
Twelve.

-----

Short
~~
"""
TEX = r"""\documentclass{book}
\section{The shop}
We \textbf{open}.
\subsection*{Prices of \emph{brass} bells}
Twelve.
% \section{Not any more}
50\% \chapter[Short]{Long}
"""
ORG = """* The shop :work:
We open.
** TODO Prices
*bold* is no title
"""


def headings(sections: Sections, text: str, filename: str) -> dict[str | None, str]:
    found: dict[str | None, str] = {}
    for section in sections(text.encode(), filename):
        found[section.heading] = found.get(section.heading, "") + section.text
    return found


def test_markdown_is_split_at_its_headings(sections: Sections):
    found = headings(sections, MARKDOWN, "a.md")

    assert list(found) == [None, "The *shop*", "Prices", "Bells"]
    assert "# no title\nNeither\n-------" in found["The *shop*"]
    assert "- a list" in found["Prices"]
    assert "code that never ends" in found["Bells"]


@pytest.mark.parametrize(
    ("before", "heading"),
    [
        ("---\ntitle: The shop\ntags: [a, b]\n---\n", "The shop"),
        ("---\ntags:\n  - a\ntitle: 'The: shop'\n...\n", "The: shop"),
        ("---\n# a remark\ntags: [a]\n---\n", None),
    ],
)
def test_front_matter_may_name_the_page(sections: Sections, before: str, heading: str | None):
    found = headings(sections, f"{before}We open.\n\n# Prices\nTwelve.\n", "a.md")

    assert found == {heading: f"{before}We open.\n\n", "Prices": "# Prices\nTwelve.\n"}


def test_a_rule_is_not_front_matter(sections: Sections):
    assert list(headings(sections, "---\nThe shop\n---\nWe open.\n", "a.md")) == [None, "The shop"]


def test_restructured_text_is_split_at_its_headings(sections: Sections):
    found = headings(sections, RST, "a.rst")

    assert list(found) == ["The shop", "Prices and *bells*"]
    assert found["The shop"].startswith("=========\nThe shop")
    assert "a      b" in found["The shop"]
    assert "Twelve." in found["Prices and *bells*"]


def test_tex_is_split_at_its_sections(sections: Sections):
    found = headings(sections, TEX, "a.tex")

    assert list(found) == [None, "The shop", "Prices of brass bells", "Long"]
    assert "We \\textbf{open}." in found["The shop"]


def test_org_is_split_at_its_headings(sections: Sections):
    found = headings(sections, ORG, "a.org")

    assert list(found) == ["The shop", "TODO Prices"]
    assert "*bold* is no title" in found["TODO Prices"]


@pytest.mark.parametrize(
    ("source", "filename"),
    [(MARKDOWN, "a.md"), (RST, "a.rst"), (TEX, "a.tex"), (ORG, "a.org"), ("# " * 9, "a.md")],
)
@pytest.mark.parametrize("size", [16, 20, 64, 131_072])
def test_marks_blank_lines_and_indentation_are_kept(
    text: Read, monkeypatch: pytest.MonkeyPatch, source: str, filename: str, size: int
):
    monkeypatch.setattr(decoding, "BLOCK", size)

    assert text(source.encode(), filename) == source


@pytest.mark.parametrize(
    ("source", "filename"), [(MARKDOWN, "a.md"), (RST, "a.rst"), (TEX, "a.tex"), (ORG, "a.org")]
)
def test_headings_are_found_across_block_boundaries(
    sections: Sections, monkeypatch: pytest.MonkeyPatch, source: str, filename: str
):
    at_once = headings(sections, source, filename)

    monkeypatch.setattr(decoding, "BLOCK", 16)

    assert headings(sections, source, filename) == at_once


@pytest.mark.parametrize("filename", ["a.md", "a.rst", "a.tex", "a.org"])
@pytest.mark.parametrize(
    "unit", ["a", "a\n\n", "# ", "#\n", "=", "=\n", "\\section{", "`", "* ", "\n"]
)
def test_endless_repetition_takes_linear_time(sections: Sections, unit: str, filename: str):
    # With a second per megabyte, the test would exceed its time limit many times over.
    text = "x" + unit * (1_000_000 // len(unit))

    parts = sections(text.encode(), filename)

    assert sum(len(part.text) for part in parts) == len(text)
