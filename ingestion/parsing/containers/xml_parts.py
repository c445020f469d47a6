"""The XML parts of a zip, as a tree or as a stream that forgets what has been read."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from zipfile import ZipFile

from lxml.etree import ErrorTypes, XMLParser, XMLSyntaxError, _Element, fromstring, iterparse

from ingestion.last_errors import CorruptFile, FileTooLarge, ParserExhausted
from ingestion.parsing.containers.zip import DAMAGE_ERRORS

Events = Iterator[tuple[str, str, _Element]]

MAX_TREE_BYTES = 50_000_000  # of a part that is held in memory whole, several times over

_SAFE_OPTIONS = {
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
    """Open a zip of XML parts. Raises `CorruptFile` for what is wrong with the zip or its XML, as
    long as it is being read, and `ParserExhausted` where memory does not suffice."""
    try:
        with ZipFile(path) as archive:
            yield archive
    except DAMAGE_ERRORS as error:
        raise CorruptFile from error
    except XMLSyntaxError as error:
        if error.code == ErrorTypes.ERR_NO_MEMORY:
            raise ParserExhausted from error
        if error.code == ErrorTypes.ERR_RESOURCE_LIMIT:
            raise CorruptFile(_BEYOND_LIMITS) from error
        raise CorruptFile from error


def events(part: IO[bytes], tags: Iterable[str], free: Iterable[str]) -> Events:
    """Yield `start` or `end`, a tag without its namespace, and the element, for each of these tags.

    An element whose tag is one of `free` is emptied after its end.
    """
    freed = frozenset(free)
    names = [f"{{*}}{tag}" for tag in {*tags, *freed}]
    checked = False
    for event, element in iterparse(part, events=("start", "end"), tag=names, **_SAFE_OPTIONS):
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
    """Return the root of a part that is not read as a stream."""
    if archive.getinfo(name).file_size > MAX_TREE_BYTES:
        raise FileTooLarge("One of its parts is too large to be read: split it.")
    # Not from a file, because lxml then reports a wrong encoding as if the disk had failed.
    root = fromstring(archive.read(name), XMLParser(**_SAFE_OPTIONS))
    _check_doctype(root)
    return root


def _check_doctype(element: _Element) -> None:
    # A doctype alone is no fault, since OpenOffice named one in its manifests; one that declares
    # entities may be a bomb of them.
    dtd = element.getroottree().docinfo.internalDTD
    if dtd is not None and next(iter(dtd.iterentities()), None) is not None:
        raise CorruptFile("Its XML declares entities: save it again and upload the new copy.")


def mentions(archive: ZipFile, name: str, words: bytes) -> bool:
    """Tell whether these bytes are anywhere in a part."""
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
    """Return an attribute by its name in any namespace, since Office writes the same file in one of
    two."""
    if element is None:
        return None
    for key, value in element.items():
        if key == name or key.endswith(f"}}{name}"):
            return str(value)
    return None


def as_int(text: str | None, default: int) -> int:
    """Return the whole number that a text is, or `default` if no program would have meant it."""
    try:
        number = int(text or default)
    except ValueError:  # also of more digits than Python takes for a number
        return default
    return number if abs(number) < _INT_LIMIT else default
