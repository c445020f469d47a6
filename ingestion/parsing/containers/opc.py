"""OPC: the parts of an Office file since 2007, and the relationships between them."""

import posixpath
from collections.abc import Iterator
from zipfile import ZipFile

from lxml.etree import _Element

from ingestion.last_errors import CorruptFile
from ingestion.parsing.containers.part_names import has_part
from ingestion.parsing.containers.xml_parts import tree

Relation = tuple[str, str]  # the last word of its type and the name of its target

_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


def main_part(archive: ZipFile) -> str:
    for kind, target in relations(archive).values():
        if kind == "officeDocument":
            return target
    raise CorruptFile


def relations(archive: ZipFile, source: str = "") -> dict[str, Relation]:
    """Return the relationships of a part, or of the package itself, by their ids.

    Targets that are external or missing are left out.
    """
    found = _internal(archive, source)
    return {key: one for key, one in found.items() if has_part(archive, one[1])}


def addresses(archive: ZipFile, source: str) -> dict[str, str]:
    """Return the external targets of a part's relationships, such as links, by their ids."""
    return {
        relation.get("Id", ""): relation.get("Target", "")
        for relation in _listed(archive, source)
        if _is_external(relation)
    }


def missing(archive: ZipFile, source: str, *kinds: str) -> list[str]:
    """Return the names of the missing targets of a part's relationships of these kinds."""
    found = _internal(archive, source).values()
    return [part for kind, part in found if kind in kinds and not has_part(archive, part)]


def _internal(archive: ZipFile, source: str) -> dict[str, Relation]:
    folder = posixpath.dirname(source)
    found = {}
    for relation in _listed(archive, source):
        if not _is_external(relation):
            written = relation.get("Target", "").partition("#")[0].replace("\\", "/")
            target = posixpath.normpath(posixpath.join("/", folder, written))[1:]
            kind = relation.get("Type", "").rpartition("/")[2]
            found[relation.get("Id", "")] = (kind, target)
    return found


def _listed(archive: ZipFile, source: str) -> Iterator[_Element]:
    folder, name = posixpath.split(source)
    listing = posixpath.join(folder, "_rels", f"{name}.rels")
    if has_part(archive, listing):
        yield from tree(archive, listing).iter(_RELATIONS)


def _is_external(relation: _Element) -> bool:
    return str(relation.get("TargetMode", "")).lower() == "external"
