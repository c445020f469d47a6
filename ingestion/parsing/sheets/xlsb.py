"""Excel's binary files since 2007, read by calamine.

Calamine looks for parts under exact names, and for sheets only below the workbook's folder. So it
reads a copy, with the names that it looks for, of a file that other programs wrote differently.
"""

import posixpath
import shutil
import tempfile
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from lxml.etree import _Element, tostring

from ingestion.parsing.containers.opc import relations
from ingestion.parsing.containers.part_names import has_part
from ingestion.parsing.containers.xml_parts import tree
from ingestion.parsing.sheets.rows import Sheets
from ingestion.parsing.sheets.xls import calamine_sheets

_FOLDER = "xl/"
_WORKBOOK = f"{_FOLDER}workbook.bin"
_RELATIONS = f"{_FOLDER}_rels/workbook.bin.rels"
_FIXED = (_WORKBOOK, _RELATIONS, f"{_FOLDER}sharedStrings.bin", f"{_FOLDER}styles.bin")


def xlsb_sheets(path: Path, archive: ZipFile) -> Sheets:
    """Yield the sheets of an open archive at `path`."""
    targets = {key: target for key, (_, target) in relations(archive, _WORKBOOK).items()}
    parts = {name: name for name in _FIXED if has_part(archive, name)}
    parts |= {_as_calamine_writes(target): target for target in targets.values()}
    listing = tree(archive, _RELATIONS) if targets else None
    if listing is None or (
        parts.keys() <= set(archive.namelist())
        and all(name == target for name, target in parts.items())
        and all(_FOLDER + one.get("Target", "") in parts for one in listing)
    ):
        yield from calamine_sheets(path)
        return
    with tempfile.NamedTemporaryFile(suffix=".xlsb") as copy:
        with ZipFile(copy, "w", ZIP_DEFLATED, compresslevel=1) as renamed:
            renamed.writestr(_RELATIONS, _with_targets(listing, targets))
            for name in parts.keys() - {_RELATIONS}:
                with (
                    archive.open(parts[name]) as part,
                    renamed.open(name, "w", force_zip64=True) as same,
                ):
                    shutil.copyfileobj(part, same)
        copy.flush()
        yield from calamine_sheets(Path(copy.name))


def _as_calamine_writes(target: str) -> str:
    """Return a part's name with its folders in lower case, as calamine compares them."""
    folder, name = posixpath.split(target)
    return posixpath.join(folder.lower(), name)


def _with_targets(listing: _Element, targets: dict[str, str]) -> bytes:
    """Return a list of relationships with these targets, those outside the folder left out."""
    for relation in list(listing):
        target = _as_calamine_writes(targets.get(relation.get("Id", ""), ""))
        if target.startswith(_FOLDER):
            relation.set("Target", target.removeprefix(_FOLDER))
        else:
            listing.remove(relation)
    found: bytes = tostring(listing)
    return found
