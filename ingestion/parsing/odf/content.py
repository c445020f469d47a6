"""The content of OpenDocument files: checks that a file has it, and the text of paragraphs."""

from collections.abc import Iterator
from zipfile import ZipFile

from lxml.etree import _Element

from ingestion.last_errors import CorruptFile, EncryptedFile
from ingestion.parsing.containers.part_names import has_part
from ingestion.parsing.containers.xml_parts import as_int, attribute, tree

# Elements inside a paragraph that are not its text: notes, comments, fields, pronunciation.
_NOT_IN_TEXT = {"annotation", "note", "page-count", "page-number", "ruby-text"}
DRAWN = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_CHARACTERS = {"tab": "\t", "line-break": "\n"}


def check_content(archive: ZipFile) -> None:
    """Raise `CorruptFile` if a file has no content, and `EncryptedFile` if it is encrypted."""
    if not has_part(archive, "content.xml"):
        raise CorruptFile
    if has_part(archive, "META-INF/manifest.xml"):
        manifest = tree(archive, "META-INF/manifest.xml")
        if next(manifest.iter("{*}encryption-data"), None) is not None:
            raise EncryptedFile


def text_of(element: _Element) -> str:
    """Return a paragraph's text with white space collapsed, since ODF writes more as elements."""
    return "".join(_pieces(element)).strip()


def _pieces(element: _Element) -> Iterator[str]:
    yield _collapse_spaces(element.text)
    for child in element:
        name = child.tag.rpartition("}")[2]
        if name in _CHARACTERS:
            yield _CHARACTERS[name]
        elif name == "s":
            yield " " * min(repeated(child, "c"), 100)
        elif name not in _NOT_IN_TEXT and not child.tag.startswith(DRAWN):
            yield from _pieces(child)
        yield _collapse_spaces(child.tail)


def _collapse_spaces(words: str | None) -> str:
    if not words:
        return ""
    within = " ".join(words.split())
    return (" " if words[0].isspace() else "") + within + (" " if words[-1].isspace() else "")


def repeated(element: _Element, name: str) -> int:
    """Return how many times an element is repeated, according to its attribute `name`."""
    return max(as_int(attribute(element, name), 1), 0)
