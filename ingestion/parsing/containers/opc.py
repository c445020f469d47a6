"""OPC: the parts of an Office file since 2007, and the relationships between them."""

import posixpath
from zipfile import ZipFile

from ingestion.last_errors import CorruptFile
from ingestion.parsing.containers.part_names import has_part
from ingestion.parsing.containers.xml_parts import tree

_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


def main_part(archive: ZipFile) -> str:
    for kind, target in relations(archive).values():
        if kind == "officeDocument":
            return target
    raise CorruptFile


def relations(archive: ZipFile, source: str = "") -> dict[str, tuple[str, str]]:
    """Return the relationships of a part, or of the package itself, by their ids.

    Each is the last word of its type and the name of its target. Targets that are external or
    missing are left out.
    """
    folder, name = posixpath.split(source)
    listing = posixpath.join(folder, "_rels", f"{name}.rels")
    if not has_part(archive, listing):
        return {}
    found = {}
    for relation in tree(archive, listing).iter(_RELATIONS):
        written = relation.get("Target", "").replace("\\", "/")
        target = posixpath.normpath(posixpath.join("/", folder, written))[1:]
        if relation.get("TargetMode") != "External" and has_part(archive, target):
            kind = relation.get("Type", "").rpartition("/")[2]
            found[relation.get("Id", "")] = (kind, target)
    return found
