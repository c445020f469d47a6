"""The content of OpenDocument files: checks that a file has it, and the text of paragraphs."""

from collections.abc import Container, Iterator
from zipfile import ZipFile

from lxml.etree import _Element

from ingestion.last_errors import CorruptFile, EncryptedFile
from ingestion.parsing.containers.part_names import has_part
from ingestion.parsing.containers.xml_parts import as_int, attribute, tree
from ingestion.parsing.inline import link, picture, superscript

# Elements inside a paragraph that are not its text: notes, fields, pronunciation.
_NOT_IN_TEXT = {"note", "page-count", "page-number", "ruby-text"}
DRAWN = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
REMARK = "text-of-remark"  # an attribute of ours, for paragraphs that are freed early
_CHARACTERS = {"tab": "\t", "line-break": "\n"}


def check_content(archive: ZipFile) -> None:
    """Raise `CorruptFile` if a file has no content, and `EncryptedFile` if it is encrypted."""
    if not has_part(archive, "content.xml"):
        raise CorruptFile
    if has_part(archive, "META-INF/manifest.xml"):
        manifest = tree(archive, "META-INF/manifest.xml")
        if next(manifest.iter("{*}encryption-data"), None) is not None:
            raise EncryptedFile


def text_of(element: _Element, raised: Container[str | None] = ()) -> str:
    """Return a paragraph's text with white space collapsed, since ODF writes more as elements.

    `raised` are the styles of superscripts. Links have their address, pictures their description,
    and remarks stand in brackets where they belong.
    """
    return "".join(_pieces(element, raised)).strip()


def _pieces(element: _Element, raised: Container[str | None]) -> Iterator[str]:
    yield _collapse_spaces(element.text)
    for child in element:
        name = child.tag.rpartition("}")[2]
        if name in _CHARACTERS:
            yield _CHARACTERS[name]
        elif name == "s":
            yield " " * min(repeated(child, "c"), 100)
        elif name == "annotation":
            yield _remark(child)
        elif child.tag.startswith(DRAWN):
            yield _drawn(child, name, raised)
        elif name not in _NOT_IN_TEXT:
            text = "".join(_pieces(child, raised))
            if name == "a":
                text = link(text, attribute(child, "href") or "")
            elif name == "span" and attribute(child, "style-name") in raised:
                text = superscript(text)
            yield text
        yield _collapse_spaces(child.tail)


def _drawn(element: _Element, name: str, raised: Container[str | None]) -> str:
    """Return a linked drawing's address, and the description of a picture.

    The text of a text box is a paragraph of its own.
    """
    if name == "a":
        inner = "".join(_drawn(one, one.tag.rpartition("}")[2], raised) for one in element)
        return link(inner, attribute(element, "href") or "") if inner else ""
    texts = (element.findtext(f"{{*}}{tag}") for tag in ("title", "desc"))
    return picture(" ".join(filter(None, texts)))


def _remark(annotation: _Element) -> str:
    """Return a remark with its author in brackets, or nothing for the mark of its end."""
    lines = (" ".join(text_of(line).split()) for line in annotation.iterfind(".//{*}p"))
    words = annotation.get(REMARK) or " ".join(lines).strip()
    author = (annotation.findtext("{*}creator") or "").strip()
    return f" [{f'{author}: ' if author else ''}{words}] " if words else ""


def _collapse_spaces(words: str | None) -> str:
    if not words:
        return ""
    within = " ".join(words.split())
    return (" " if words[0].isspace() else "") + within + (" " if words[-1].isspace() else "")


def repeated(element: _Element, name: str) -> int:
    """Return how many times an element is repeated, according to its attribute `name`."""
    return max(as_int(attribute(element, name), 1), 0)
