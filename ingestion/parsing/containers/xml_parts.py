"""The XML parts of a zip, read as a stream: what was read is forgotten."""

import posixpath
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from zipfile import ZipFile

from lxml.etree import (
    ErrorTypes,
    XMLParser,
    XMLSyntaxError,
    _Element,
    fromstring,
    iterparse,
)

from ingestion.last_errors import CorruptFile, FileTooLarge, IngestionError, ParserExhausted
from ingestion.parsing.containers import zips

Events = Iterator[tuple[str, str, _Element]]

MAX_TREE_BYTES = 50_000_000  # of a part that is held in memory whole, several times over

_CAREFUL = {
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
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


@contextmanager
def opened(path: Path) -> Iterator[ZipFile]:
    """Blames the file for whatever its zip or its XML breaks off with, while it is being read."""
    try:
        with ZipFile(path) as archive:
            yield archive
    except zips.BROKEN as error:
        raise CorruptFile from error
    except XMLSyntaxError as error:
        raise _reason(error) from error


def events(part: IO[bytes], tags: Iterable[str], forget: Iterable[str]) -> Events:
    """`start` or `end`, a tag without its namespace, and the element, for each of these tags.

    An element whose tag is one of `forget` is emptied after its end.
    """
    forgotten = frozenset(forget)
    names = [f"{{*}}{tag}" for tag in {*tags, *forgotten}]
    walk = iterparse(part, events=("start", "end"), tag=names, **_CAREFUL)
    checked = False
    for event, element in walk:
        if not checked:
            _check_doctype(element)
            checked = True
        tag = element.tag.rpartition("}")[2]
        yield event, tag, element
        if event == "end" and tag in forgotten:
            _forget(element)


def tree(archive: ZipFile, name: str) -> _Element:
    """The root of a part that is not read as a stream."""
    if archive.getinfo(name).file_size > MAX_TREE_BYTES:
        raise FileTooLarge("One of its parts is too large to be read: split it.")
    # From a file, lxml reports a wrong encoding as if the disk had failed.
    root = fromstring(archive.read(name), XMLParser(**_CAREFUL))
    _check_doctype(root)
    return root


def relations(archive: ZipFile, source: str = "") -> dict[str, tuple[str, str]]:
    """Of a part, or of the file itself: the last word of each one's type, and the part it names,
    by its id. Those that lead out of the file or to no part of it are left out."""
    folder, name = posixpath.split(source)
    listing = posixpath.join(folder, "_rels", f"{name}.rels")
    if not _has(archive, listing):
        return {}
    found = {}
    for relation in tree(archive, listing).iter(_RELATIONS):
        target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", "")))[1:]
        if relation.get("TargetMode") != "External" and _has(archive, target):
            kind = relation.get("Type", "").rpartition("/")[2]
            found[relation.get("Id", "")] = (kind, target)
    return found


def main_part(archive: ZipFile) -> str:
    for kind, target in relations(archive).values():
        if kind == "officeDocument":
            return target
    raise CorruptFile


def mentions(archive: ZipFile, name: str, words: bytes) -> bool:
    with archive.open(name) as part:
        before = b""
        while piece := part.read(_PIECE):
            if words in before + piece:
                return True
            before = piece[-len(words) :]
    return False


def attribute(element: _Element | None, name: str) -> str | None:
    """By its name in any namespace: Office writes the same file in one of two."""
    if element is None:
        return None
    for key, value in element.items():
        if key == name or key.endswith(f"}}{name}"):
            return str(value)
    return None


def _has(archive: ZipFile, name: str) -> bool:
    try:
        archive.getinfo(name)
    except KeyError:
        return False
    return True


def _reason(error: XMLSyntaxError) -> IngestionError:
    if error.code == ErrorTypes.ERR_NO_MEMORY:
        return ParserExhausted()
    if error.code == ErrorTypes.ERR_RESOURCE_LIMIT:
        return CorruptFile(_BEYOND_LIMITS)
    return CorruptFile()


def _check_doctype(element: _Element) -> None:
    # OpenOffice named one in its manifests; a bomb of entities is declared within.
    dtd = element.getroottree().docinfo.internalDTD
    if dtd is not None and next(iter(dtd.iterentities()), None) is not None:
        raise CorruptFile("Its XML declares entities: save it again and upload the new copy.")


def _forget(element: _Element) -> None:
    element.clear(keep_tail=True)
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
