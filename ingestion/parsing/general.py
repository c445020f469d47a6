"""The general parser unstructured: the owner's choice, or the fallback after a bug in our reader.

It is kept from phoning home, advertising and downloading.
"""

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from ingestion.last_errors import CorruptFile
from ingestion.parsing import sentence_rules
from ingestion.parsing.html import html_text
from ingestion.parsing.kinds import Kind
from ingestion.parsing.sections import Section, WarningCode, warn

Elements = Iterable[Any]

# Its names for the kinds that it reads without another program.
PARTITIONS = {
    Kind.DOCX: "docx",
    Kind.PPTX: "pptx",
    Kind.HTML: "html",
    Kind.XML: "xml",
    Kind.EML: "email",
    Kind.MSG: "msg",
    Kind.TEXT: "text",
    Kind.MARKDOWN: "md",
    Kind.CSV: "csv",
    Kind.SHEET: "xlsx",
}
# The libraries that it needs for some of them, a hundred megabytes, are no part of the worker.
_NEEDED = {
    Kind.MARKDOWN: ("markdown",),
    Kind.CSV: ("pandas",),
    Kind.SHEET: ("pandas", "openpyxl", "networkx"),
}
# Not mails, because it leaves out their headers and all attachments. A bug there is a server_error.
FALLBACKS = {Kind.DOCX, Kind.PPTX, Kind.HTML, Kind.XML}
FALLBACK_WARNING = warn(
    WarningCode.READ_BY_UNSTRUCTURED,
    "This server's own reader failed on the file, so a general one read it, which may leave out"
    " more",
)

_NUMBER = re.compile(r"\(?\w{1,4}[.)]")  # the number of a list item: 1. or b) or (iv)


@cache
def is_readable(kind: Kind) -> bool:
    """Return whether unstructured reads this kind with the libraries that are installed."""
    return kind in PARTITIONS and all(map(find_spec, _NEEDED.get(kind, ())))


def read_with_unstructured(path: Path, kind: Kind) -> Iterator[Section]:
    """Yield a section per page or slide, or one section if unstructured finds none.

    Raises CorruptFile if unstructured fails too, because then the file
    must be at fault.
    """
    partition = partitioner(PARTITIONS[kind])
    try:
        elements = partition(str(path), languages=[""])  # "": no detection, since we do not use it
    except (MemoryError, OSError, RecursionError):
        raise  # a limit of the sandbox, so not the file's fault
    except Exception as error:
        raise CorruptFile from error
    for page, some in groupby(elements, key=lambda element: element.metadata.page_number):
        yield Section(_text(some), page)


def partitioner(name: str) -> Callable[..., Elements]:
    """Import the function that reads one kind, which takes two seconds and 100 MB of memory."""
    os.environ["DO_NOT_TRACK"] = os.environ["UNSTRUCTURED_DISABLE_NOTICE"] = "1"
    sys.modules["unstructured.nlp.tokenize"] = sentence_rules
    module = import_module(f"unstructured.partition.{name}")
    partition: Callable[..., Elements] = getattr(module, f"partition_{name}")
    return partition


def _text(elements: Elements) -> str:
    """Join paragraphs by blank lines, and the items of a list line by line."""
    blocks = [(element.category == "ListItem", _block(element)) for element in elements]
    lists = groupby(filter(itemgetter(1), blocks), key=itemgetter(0))
    return "\n\n".join(
        ("\n" if in_list else "\n\n").join(block for _, block in some) for in_list, some in lists
    )


def _block(element: Any) -> str:
    if table := element.metadata.text_as_html:
        return html_text(table)
    text: str = element.text.strip()
    is_bullet = element.category == "ListItem" and not _NUMBER.match(text)
    return f"- {text}" if is_bullet and text else text
