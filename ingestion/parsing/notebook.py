"""Jupyter notebooks: prose with its headings, code and its output, without pictures."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from ingestion.parsing.decoding import decode, read_bytes
from ingestion.parsing.html import html_sections
from ingestion.parsing.markup import markdown_sections
from ingestion.parsing.plain import read_json
from ingestion.parsing.sections import Section, in_sections

# What Python prints of an object that shows itself in another form.
_OBJECT = re.compile(r"<IPython\.core\.display\.\w+ object>")
_COLOURS = re.compile(r"\x1b\[[\d;]*[A-Za-z]")  # of terminals
MAX_BYTES = 100_000_000  # since a notebook takes several times its size in memory


def read_notebook(path: Path) -> Iterator[Section]:
    """Yield a section per cell or heading. An invalid notebook is read as plain JSON."""
    try:
        notebook = json.loads(decode(read_bytes(path, at_most=MAX_BYTES)))
    except (ValueError, RecursionError):
        notebook = None
    cells = _cells(notebook)
    return _sections(cells) if cells is not None else read_json(path)


def _cells(notebook: Any) -> list[dict[str, Any]] | None:
    """Return the cells in order, or None if the JSON is not a notebook."""
    if not isinstance(notebook, dict):
        return None
    # Before version 4, cells were in worksheets.
    parts = _dicts(notebook.get("worksheets")) or [notebook]
    lists = [part.get("cells") for part in parts]
    if not lists or not all(isinstance(cells, list) for cells in lists):
        return None
    cells = [cell for cells in lists for cell in _dicts(cells)]
    return cells if not cells or any(_source(cell) is not None for cell in cells) else None


def _sections(cells: list[dict[str, Any]]) -> Iterator[Section]:
    heading = None
    for cell in cells:
        kind, source = cell.get("cell_type"), _text(_source(cell))
        if kind in ("markdown", "heading"):
            for section in markdown_sections(f"# {source}" if kind == "heading" else source):
                heading = section.heading or heading
                yield Section(section.text, heading=heading, continues=section.continues)
            continue
        yield from in_sections([source], heading)
        for output in _dicts(cell.get("outputs")):
            for section in _output_sections(output):
                yield replace(section, heading=section.heading or heading)


def _source(cell: dict[str, Any]) -> str | list[Any] | None:
    source = cell.get("source", cell.get("input"))
    return source if isinstance(source, str | list) else None


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _output_sections(output: dict[str, Any]) -> Iterator[Section]:
    """Yield an output: printed lines, an error, or the value of an expression.

    A notebook shows the richest form of a value. The plain one is often a mere
    `<IPython.core.display.HTML object>`, so it is read only where it says something.
    """
    if output.get("output_type") in ("error", "pyerr"):
        yield from in_sections([f"{_text(output.get('ename'))}: {_text(output.get('evalue'))}"])
        return
    if printed := _text(output.get("text")):
        yield from in_sections([_COLOURS.sub("", printed)])
        return
    data = found if isinstance(found := output.get("data"), dict) else output
    forms = {name: _text(data.get(name)) for name in ("text/markdown", "text/html", "text/latex")}
    plain = _text(data.get("text/plain"))
    if forms["text/markdown"]:
        yield from markdown_sections(forms["text/markdown"])
    elif forms["text/html"]:
        yield from html_sections(forms["text/html"])
    elif plain and not _OBJECT.fullmatch(plain.strip()):
        yield from in_sections([plain])
    else:
        yield from in_sections([forms["text/latex"] or plain])


def _text(value: Any) -> str:
    """Return text stored as one string or a list of lines, or nothing for another type."""
    if isinstance(value, list):
        return "".join(line for line in value if isinstance(line, str))
    return value if isinstance(value, str) else ""
