"""The XML parts of a zip, read as a tree, or as a stream that frees elements as it goes."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from zipfile import ZipFile

from lxml.etree import ErrorTypes, XMLParser, XMLSyntaxError, _Element, fromstring, iterparse

from ingestion.last_errors import CorruptFile, FileTooLarge, ParserExhausted
from ingestion.parsing.containers.part_names import DocumentZip
from ingestion.parsing.containers.zip import DAMAGE_ERRORS

Events = Iterator[tuple[str, str, _Element]]

MAX_TREE_BYTES = 50_000_000  # of a part read as a tree, which takes several times its size

SAFE_OPTIONS = {
    "resolve_entities": False,
    "no_network": True,
    "remove_comments": True,
    "remove_pis": True,
}
_BEYOND_LIMITS = (
    "It nests deeper than 256 elements, or has 10 MB of text without a break:"
    " save it again from the program that made it, or upload its text."
)
_PIECE = 1_048_576
_INT_LIMIT = 2**31


@contextmanager
def open_package(path: Path) -> Iterator[ZipFile]:
    """Open a zip of XML parts, with `errors_as_corrupt` while it is open."""
    with errors_as_corrupt(), DocumentZip(path) as archive:
        yield archive


@contextmanager
def errors_as_corrupt() -> Iterator[None]:
    """Turn errors in a zip or its XML into `CorruptFile`, and a lack of memory into
    `ParserExhausted`."""
    try:
        yield
    except DAMAGE_ERRORS as error:
        raise CorruptFile from error
    except XMLSyntaxError as error:
        if error.code == ErrorTypes.ERR_NO_MEMORY:
            raise ParserExhausted from error
        if error.code == ErrorTypes.ERR_RESOURCE_LIMIT:
            raise CorruptFile(_BEYOND_LIMITS) from error
        raise CorruptFile from error


def events(part: IO[bytes], tags: Iterable[str], free: Iterable[str]) -> Events:
    """Yield (`start` or `end`, tag without namespace, element) for elements of `tags` and `free`.

    Those of `free` are emptied after their end.
    """
    freed = frozenset(free)
    names = [f"{{*}}{tag}" for tag in {*tags, *freed}]
    checked = False
    for event, element in iterparse(part, events=("start", "end"), tag=names, **SAFE_OPTIONS):
        if not checked:
            _check_doctype(element)
            checked = True
        tag = element.tag.rpartition("}")[2]
        yield event, tag, element
        if event == "end" and tag in freed:
            element.clear(keep_tail=True)
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]


def tree(archive: ZipFile, name: str) -> _Element:
    """Parse a part into memory and return its root. Raises FileTooLarge."""
    if archive.getinfo(name).file_size > MAX_TREE_BYTES:
        raise FileTooLarge("One of its parts is too large to be read: split it.")
    # Parsed from bytes, because lxml reports a wrong encoding in a file as an error of the disk.
    root = fromstring(archive.read(name), XMLParser(**SAFE_OPTIONS))
    _check_doctype(root)
    return root


def _check_doctype(element: _Element) -> None:
    # A doctype alone is accepted, since OpenOffice put one into its manifests. One that declares
    # entities is not, since it may be an entity expansion bomb.
    dtd = element.getroottree().docinfo.internalDTD
    if dtd is not None and next(iter(dtd.iterentities()), None) is not None:
        raise CorruptFile("Its XML declares entities: save it again and upload the new copy.")


def mentions(archive: ZipFile, name: str, words: bytes) -> bool:
    """Return whether these bytes occur anywhere in a part."""
    with archive.open(name) as part:
        before = b""
        while piece := part.read(_PIECE):
            if words in before + piece:
                return True
            before = piece[-len(words) :]
    return False


def local_name(element: _Element) -> str:
    """Return an element's tag without its namespace."""
    return str(element.tag.rpartition("}")[2])


def attribute(element: _Element | None, name: str) -> str | None:
    """Return an attribute by its local name, since Office writes a file in either of two sets of
    namespaces."""
    if element is None:
        return None
    for key, value in element.items():
        if key == name or key.endswith(f"}}{name}"):
            return str(value)
    return None


def as_int(text: str | None, default: int) -> int:
    """Parse an integer; return `default` if there is none, or no program would have meant it."""
    try:
        number = int(text or default)
    except ValueError:  # also raised for more digits than Python converts
        return default
    return number if abs(number) < _INT_LIMIT else default
