"""EPUB: the chapters of a book in reading order, under their headings."""

import posixpath
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from zipfile import ZipFile

from lxml import etree

from ingestion.last_errors import CorruptFile, EncryptedFile, FileTooLarge, UnsupportedFile
from ingestion.parsing.containers.part_names import has_part, plain_name
from ingestion.parsing.containers.xml_parts import open_package
from ingestion.parsing.decoding import decode
from ingestion.parsing.html import html_sections
from ingestion.parsing.sections import Section

MAX_BYTES = 50_000_000  # of one chapter, since it is held in memory

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_HTML = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")


def read_epub(path: Path) -> Iterator[Section]:
    with open_package(path) as archive:
        for name in _chapters(archive):
            try:
                chapter = decode(_part(archive, name))
            except UnsupportedFile as error:
                raise CorruptFile(
                    f"Its part {name} is no text: upload an undamaged copy."
                ) from error
            yield from html_sections(chapter, is_part=True)


def _chapters(archive: ZipFile) -> list[str]:
    """Return the names of the parts with text, in the order of the book's spine.

    Raises EncryptedFile if one is encrypted.
    """
    packages = _xml(archive, _CONTAINER).xpath("//*[local-name()='rootfile']/@full-path")
    if not packages:
        raise CorruptFile
    package = _xml(archive, packages[0])
    folder = posixpath.dirname(packages[0])
    items = {
        item.get("id"): posixpath.normpath(
            posixpath.join(folder, unquote(item.get("href", "").partition("#")[0]))
        )
        for item in package.xpath("//*[local-name()='manifest']/*[local-name()='item']")
        if item.get("media-type") in _HTML
    }
    spine = package.xpath("//*[local-name()='spine']/*[local-name()='itemref']/@idref")
    parts = [items[idref] for idref in spine if idref in items] or items.values()
    parts = list(dict.fromkeys(parts))  # since some books list several places in one part
    # Only encrypted chapters matter, because books without copy protection may encrypt their fonts.
    if has_part(archive, _ENCRYPTION):
        encrypted = _xml(archive, _ENCRYPTION).xpath("//*[local-name()='CipherReference']/@URI")
        if set(map(plain_name, encrypted)).intersection(map(plain_name, parts)):
            raise EncryptedFile("It is copy-protected: upload a copy without protection.")
    return parts


def _xml(archive: ZipFile, name: str) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    root = etree.fromstring(_part(archive, name), parser)
    if root is None:
        raise CorruptFile
    return root


def _part(archive: ZipFile, name: str) -> bytes:
    try:
        part = archive.getinfo(name)
    except KeyError as error:
        raise CorruptFile(f"Its part {name} is missing: upload a complete copy.") from error
    if part.file_size > MAX_BYTES:
        raise FileTooLarge
    return archive.read(part)
