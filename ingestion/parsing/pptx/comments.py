"""Comments on slides, as PowerPoint wrote them until 2021 and as threads since."""

from collections.abc import Iterable, Iterator
from zipfile import ZipFile

from lxml.etree import _Element

from ingestion.last_errors import CorruptFile, FileTooLarge
from ingestion.parsing.blocks.drawing_text import paragraph_text
from ingestion.parsing.containers.opc import Relation
from ingestion.parsing.containers.xml_parts import attribute, errors_as_corrupt, tree

_LISTS = ("commentAuthors", "authors")


class Authors:
    """The names of those who commented, by the ids that comments refer to."""

    def __init__(self, archive: ZipFile, parts: Iterable[Relation]) -> None:
        self._names: dict[str, str] = {}
        for part in (part for kind, part in parts if kind in _LISTS):
            try:
                with errors_as_corrupt():
                    root = tree(archive, part)
            except (CorruptFile, FileTooLarge):
                continue  # since a comment is worth reading without its author's name
            for author in root.iter("{*}cmAuthor", "{*}author"):
                self._names[author.get("id", "")] = " ".join(author.get("name", "").split())

    def name(self, comment: _Element) -> str:
        return self._names.get(attribute(comment, "authorId") or "", "")


def comments(root: _Element, authors: Authors) -> Iterator[str]:
    """Yield each comment and each reply as a line with its author's name."""
    for comment in root.iter("{*}cm", "{*}reply"):
        written = [child.text or "" for child in comment.iterchildren("{*}text")]
        bodies = comment.iterchildren("{*}txBody")
        written += (paragraph_text(one) for body in bodies for one in body.iter("{*}p"))
        if text := " ".join(" ".join(written).split()):
            name = authors.name(comment)
            yield f"Comment by {name}: {text}" if name else f"Comment: {text}"
