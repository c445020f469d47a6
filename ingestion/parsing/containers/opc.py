"""OPC: the parts of an Office file since 2007, and the relationships between them."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Relations:
    """The relationships of a part, by their ids."""

    parts: dict[str, Relation]
    lost: dict[str, Relation]  # those whose targets are missing
    addresses: dict[str, str]  # the external targets, such as links

    def missing(self, *kinds: str) -> list[str]:
        """Return the names of the missing targets of these kinds."""
        return [part for kind, part in self.lost.values() if kind in kinds]


def read_relations(archive: ZipFile, source: str = "") -> Relations:
    """Read the relationships of a part, or of the package itself."""
    folder = posixpath.dirname(source)
    found = Relations({}, {}, {})
    for relation in _listed(archive, source):
        key, written = relation.get("Id", ""), relation.get("Target", "")
        if str(relation.get("TargetMode", "")).lower() == "external":
            found.addresses[key] = written
            continue
        written = written.partition("#")[0].replace("\\", "/")
        target = posixpath.normpath(posixpath.join("/", folder, written))[1:]
        kind = relation.get("Type", "").rpartition("/")[2]
        (found.parts if has_part(archive, target) else found.lost)[key] = (kind, target)
    return found


def relations(archive: ZipFile, source: str = "") -> dict[str, Relation]:
    """Return the relationships of a part, or of the package itself, by their ids.

    Targets that are external or missing are left out.
    """
    return read_relations(archive, source).parts


def addresses(archive: ZipFile, source: str) -> dict[str, str]:
    """Return the external targets of a part's relationships, such as links, by their ids."""
    return read_relations(archive, source).addresses


def missing(archive: ZipFile, source: str, *kinds: str) -> list[str]:
    """Return the names of the missing targets of a part's relationships of these kinds."""
    return read_relations(archive, source).missing(*kinds)


def _listed(archive: ZipFile, source: str) -> Iterator[_Element]:
    folder, name = posixpath.split(source)
    listing = posixpath.join(folder, "_rels", f"{name}.rels")
    if has_part(archive, listing):
        yield from tree(archive, listing).iter(_RELATIONS)
