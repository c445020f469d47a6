import json

import pytest

from ingestion.parsing import Section
from tests.ingestion.parsing.conftest import Read, Sections

CELLS = [
    {"cell_type": "markdown", "source": ["# Sales\n", "By month.\n\n", "## March\n", "Rain."]},
    {
        "cell_type": "code",
        "source": "for x in rows:\n    print(x)",
        "outputs": [
            {"output_type": "stream", "name": "stdout", "text": ["1\n", "2\n"]},
            {
                "output_type": "execute_result",
                "data": {"text/plain": "<Figure>", "image/png": "iVBORw0KGgo" * 100},
            },
            {"output_type": "error", "ename": "KeyError", "evalue": "'x'", "traceback": ["\x1b"]},
        ],
    },
    {"cell_type": "raw", "source": "as it is"},
]


def notebook(**parts: object) -> bytes:
    return json.dumps({"nbformat": 4, "metadata": {}, **parts}).encode()


def test_cells_are_read_under_the_notebooks_headings(sections: Sections):
    assert sections(notebook(cells=CELLS), "a.ipynb") == [
        Section("# Sales\nBy month.\n\n", heading="Sales"),
        Section("## March\nRain.", heading="March", continues=True),
        Section("for x in rows:\n    print(x)", heading="March"),
        Section("1\n2\n", heading="March"),
        Section("<Figure>", heading="March"),
        Section("KeyError: 'x'", heading="March"),
        Section("as it is", heading="March"),
    ]


def test_pictures_are_left_out(text: Read):
    assert "iVBOR" not in text(notebook(cells=CELLS), "a.ipynb")


def test_a_notebook_from_before_version_4_is_read(text: Read):
    cells = [
        {"cell_type": "heading", "level": 1, "source": ["Sales"]},
        {"cell_type": "code", "input": ["1 + 1"], "outputs": [{"text": ["2"]}]},
    ]

    assert text(notebook(worksheets=[{"cells": cells}]), "a.ipynb") == "# Sales\n\n1 + 1\n\n2"


@pytest.mark.parametrize(
    "content",
    [
        '{"cells": [{"source": "Z\\u00fcrich"',
        '{"cells": "Zürich"}',
        '["Zürich"]',
        "Zürich",
        '{"worksheets": [1], "a": "Zürich"}',
        "[" * 200_000 + '"Zürich"',
    ],
    ids=["cut off", "no cells", "a list", "no JSON", "no sheets", "nested"],
)
def test_an_invalid_notebook_is_read_as_json(text: Read, content: str):
    assert text(content.encode(), "a.ipynb") == content.replace("\\u00fc", "ü")


@pytest.mark.parametrize(
    "cell", [None, 7, {}, {"cell_type": 3, "source": {"a": 1}}, {"cell_type": "code", "outputs": 5}]
)
def test_a_malformed_cell_does_not_lose_the_others(text: Read, cell: object):
    assert text(notebook(cells=[cell, CELLS[2]]), "a.ipynb") == "as it is"


def shown(**forms: object) -> bytes:
    output = {"output_type": "display_data", "data": forms}
    return notebook(cells=[{"cell_type": "code", "source": "show(x)", "outputs": [output]}])


@pytest.mark.parametrize(
    ("forms", "text_of_it"),
    [
        ({"text/markdown": ["The pump fails at\n", "83 bar."]}, "The pump fails at\n83 bar."),
        ({"text/html": "<table><tr><td>bar<td>83</table>"}, "bar | 83"),
        ({"text/latex": "$p=83$"}, "$p=83$"),
        ({"image/png": "iVBO"}, "<IPython.core.display.HTML object>"),
    ],
)
def test_a_value_is_read_in_the_form_in_which_it_is_shown(
    text: Read, forms: dict[str, object], text_of_it: str
):
    plain = {"text/plain": ["<IPython.core.display.HTML object>"]}

    assert text(shown(**forms, **plain), "a.ipynb") == f"show(x)\n\n{text_of_it}"


def test_a_plain_value_that_says_something_is_preferred_to_latex(text: Read):
    content = shown(**{"text/plain": "83*bar", "text/latex": "$83\\,bar$"})

    assert text(content, "a.ipynb") == "show(x)\n\n83*bar"


def test_colours_of_printed_lines_are_left_out(text: Read):
    output = {"output_type": "stream", "text": "\x1b[31mhot\x1b[0m"}
    cell = {"cell_type": "code", "source": "x", "outputs": [output]}

    assert text(notebook(cells=[cell]), "a.ipynb") == "x\n\nhot"
