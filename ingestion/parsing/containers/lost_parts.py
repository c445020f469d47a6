"""Warnings in place of the parts of a package that are damaged or missing.

A header, a chart or one of many slides costs itself and not the file, and the file's owner sees its
name.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar
from zipfile import ZipFile

from ingestion.last_errors import CorruptFile, FileTooLarge
from ingestion.parsing.containers.opc import Relation, relations
from ingestion.parsing.containers.xml_parts import errors_as_corrupt
from ingestion.parsing.sections import Section, WarningCode, warn

_Found = TypeVar("_Found")


def unless_damaged(found: Iterable[_Found], name: str) -> Iterator[_Found | Section]:
    """Yield what a reader finds in a part. After damage, yield a warning with the part's `name`."""
    try:
        with errors_as_corrupt():
            yield from found
    except FileTooLarge:
        yield lost_part(name, "too large")
    except CorruptFile:
        yield lost_part(name, "damaged")


def value_or_warning(
    read: Callable[[], _Found], default: _Found, name: str
) -> tuple[_Found, list[Section]]:
    """Return what a reader makes of a part. After damage, return the default and a warning."""
    try:
        with errors_as_corrupt():
            return read(), []
    except FileTooLarge:
        return default, [lost_part(name, "too large")]
    except CorruptFile:
        return default, [lost_part(name, "damaged")]


def relations_or_warning(
    archive: ZipFile, part: str, name: str
) -> tuple[dict[str, Relation], list[Section]]:
    """Return a part's relationships. If they are damaged, return none and a warning."""
    return value_or_warning(lambda: relations(archive, part), {}, f"Everything {name} refers to")


def lost_part(name: str, reason: str = "missing") -> Section:
    return warn(WarningCode.PARTS_NOT_READ, f"{name} could not be read ({reason})")
