"""Detection of a file's kind, by its first bytes and then by its name.

The content type of the upload is ignored, since SDKs send `application/octet-stream` for anything.

    first bytes ─▶ a zip or an OLE file ─▶ its content
         │  └────▶ a PDF, RTF or picture, whatever its name; or a kind we refuse, with a sentence
         └───────▶ text ─▶ its name ─▶ if that says little, its beginning
"""

import re
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import TypeVar

from ingestion.last_errors import CorruptFile, EmptyFile, UnsupportedFile
from ingestion.parsing.containers.ole import kind_in_ole
from ingestion.parsing.containers.zip import kind_in_zip
from ingestion.parsing.decoding import decode_head
from ingestion.parsing.kinds import SUFFIXES, Kind

_Value = TypeVar("_Value")

_HEAD = 4096  # bytes

# By the first bytes.
_ZIPS = (b"PK\x03\x04", b"PK\x05\x06")  # the second begins an empty zip
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Office before 2007, and any encrypted Office file
_PDF = b"%PDF-"
_RTF = b"{\\rtf"
_READ_HERE = {
    _PDF: Kind.PDF,
    b"\x89PNG\r\n\x1a\n": Kind.IMAGE,
    b"\xff\xd8\xff": Kind.IMAGE,
    b"GIF87a": Kind.IMAGE,
    b"GIF89a": Kind.IMAGE,
    b"II*\0": Kind.IMAGE,
    b"MM\0*": Kind.IMAGE,
    b"\x78\x9f\x3e\x22": Kind.WINMAIL,
}
# The beginning of the types of S/MIME, 1.2.840.113549.1.7, after a tag and a length.
_SIGNED_OR_ENCRYPTED, _OID_WITHIN = bytes.fromhex("2a864886f70d0107"), 24
_ARCHIVES = {
    b"\x1f\x8b": "a gzip archive",
    b"\xfd7zXZ\0": "an xz archive",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
    b"Rar!\x1a\x07": "a RAR archive",
    b"(\xb5/\xfd": "a Zstandard archive",
    b"\x04\x22\x4d\x18": "an LZ4 archive",
}
_REFUSED = {
    b"\x7fELF": "a program",
    b"\xca\xfe\xba\xbe": "a program",
    b"\xcf\xfa\xed\xfe": "a program",
    b"\0asm": "a program",
    b"SQLite format 3\0": "a database",
    b"\0\1\0\0Standard ": "a database",
    b"PAR1\x15": "a Parquet table",
    b"\x89HDF\r\n\x1a\n": "an HDF5 file",
    b"ARROW1\0\0": "an Arrow table",
    b"OggS\0": "sound",
    b"fLaC\0": "sound",
    b"ID3\2": "sound",
    b"ID3\3": "sound",
    b"ID3\4": "sound",
    b"\x1aE\xdf\xa3": "a film",
    b"FLV\1": "a film",
    b"0&\xb2u\x8ef\xcf\x11": "a film",
    b"\0\0\1\xba": "a film",
    b"8BPS\0\1": "a Photoshop picture",
    b"\0\0\1\0": "an icon",
    b"wOFF\0": "a font",
    b"wOF2\0": "a font",
    b"OTTO\0": "a font",
    b"!<arch>\n": "a package or library",
}
_IN_RIFF = {b"WAVE": "sound", b"AVI ": "a film"}

# Binary kinds: a text under the name of one is corrupt.
_BINARY = {
    *(Kind.PDF, Kind.DOCX, Kind.PPTX, Kind.SHEET, Kind.ODT, Kind.ODP, Kind.EPUB, Kind.MSG),
    Kind.SIGNED_MAIL,
    *(Kind.DOC, Kind.PPT, Kind.RTF, Kind.IMAGE),
}
# A document of Office under such a name is source code or a mail's.
_NEVER_OFFICE = {Kind.MARKDOWN, Kind.RST, Kind.TEX, Kind.ORG, Kind.NOTEBOOK, Kind.CSV, Kind.EML}
# Exceptions, because for decades programs have written texts under these names of Office.
_LOOSE_NAMES = {
    ".doc": Kind.TEXT,
    ".dot": Kind.TEXT,
    ".rtf": Kind.TEXT,
    ".xls": Kind.CSV,
}
# A web page under such a name is source code that generates pages.
_CODE = {
    *(".asp", ".aspx", ".cshtml", ".ejs", ".erb", ".hbs", ".j2", ".jinja", ".jinja2", ".js"),
    *(".jsp", ".jsx", ".liquid", ".mustache", ".php", ".phtml", ".py", ".rb", ".svelte", ".tmpl"),
    *(".tpl", ".ts", ".tsx", ".twig", ".vue"),
}

# The beginnings of texts, for names that do not tell their kind.
_PROLOGUE = r"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*"
_HTML = re.compile(_PROLOGUE + r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_XML = re.compile(r"\s*<\?xml\s")
_WORD_XML = re.compile(r"[^<]{0,9}(?:<[?!][^>]*>\s*)*<(?:\w+:)?wordDocument\b")
_FLAT_OPC = re.compile(r"[^<]{0,9}(?:<[?!][^>]*>\s*)*<(?:\w+:)?package\b[^>]*/2006/xmlPackage")
_JSON = re.compile(r'\s*(?:\{\s*"(?:[^"\\\n]|\\.)*"\s*:|\[\s*(?:\{\s*"|"(?:[^"\\\n]|\\.)*"\s*,))')
_HEADERS = re.compile(r"(?:From .+\n)?(?:[A-Za-z][\w-]*:[ \t].*\n(?:[ \t].+\n)*){3}", re.MULTILINE)
_MAIL_HEADER = re.compile(
    r"^(?:Received|Message-ID|MIME-Version|Return-Path|Delivered-To):", re.IGNORECASE | re.MULTILINE
)
_FROM_HEADER = re.compile(r"^From:", re.IGNORECASE | re.MULTILINE)


def kind_of(path: Path, filename: str) -> Kind:
    """Return the kind of the file at `path`, whose user calls it `filename`.

    A file that is not recognised is `TEXT`, because decoding shows whether it is text. Raises
    EmptyFile, UnsupportedFile for a format that is not read here, EncryptedFile, and CorruptFile
    for a file that contradicts its name.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        raise EmptyFile
    suffix = PurePath(filename).suffix.lower()
    named = SUFFIXES.get(suffix)
    if head.startswith(_ZIPS):
        return kind_in_zip(path, named)
    if head.startswith(_OLE):
        return kind_in_ole(path, named)
    if kind := _kind_by_signature(head):
        return kind
    if named is Kind.PDF and _PDF in head[:1024]:
        return Kind.PDF
    text = decode_head(head)
    if named not in _NEVER_OFFICE and (office := _office_xml(text)):
        return office
    if named in _BINARY:
        if suffix not in _LOOSE_NAMES:
            raise CorruptFile(
                f"Its name ends in {suffix} but its content is something else:"
                " save it again from the program that made it and upload the new copy."
            )
        return _kind_by_beginning(text) or _LOOSE_NAMES[suffix]
    if named is None:
        return Kind.TEXT if suffix in _CODE else _kind_by_beginning(text) or Kind.TEXT
    return Kind.HTML if _HTML.match(text) and named is not Kind.EML else named


def _office_xml(text: str) -> Kind | None:
    if _WORD_XML.match(text):
        return Kind.WORD_XML
    return Kind.FLAT_OPC if _FLAT_OPC.match(text) else None


def _kind_by_beginning(text: str) -> Kind | None:
    """Return the kind that a text's first characters tell, or None. Lines must end in `\\n`."""
    for pattern, kind in ((_HTML, Kind.HTML), (_XML, Kind.XML), (_JSON, Kind.JSON)):
        if pattern.match(text):
            return kind
    headers = text.partition("\n\n")[0]
    is_mail = _HEADERS.match(text) and _MAIL_HEADER.search(headers) and _FROM_HEADER.search(headers)
    return Kind.EML if is_mail else None


def _kind_by_signature(head: bytes) -> Kind | None:
    """Return the kind that the first bytes prove, or None.

    Raises UnsupportedFile if they prove a format that is not read here.
    """
    if head.lstrip().startswith(_RTF):
        return Kind.RTF
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return Kind.IMAGE
    if head.startswith(b"BM") and head[6:10] == bytes(4):  # since a text may begin with BM
        return Kind.IMAGE
    if kind := _match(_READ_HERE, head):
        return kind
    if head.startswith(b"0") and _SIGNED_OR_ENCRYPTED in head[:_OID_WITHIN]:
        return Kind.SIGNED_MAIL
    archive = _match(_ARCHIVES, head)
    if head.startswith(b"BZh") and head[4:10] == b"1AY&SY":
        archive = "a bzip2 archive"
    elif head[257:262] == b"ustar" and b"\0" in head[:257]:
        archive = "a tar archive"
    if archive:
        raise UnsupportedFile(f"It is {archive}: unpack it and upload the files in it.")
    if other := _refused_format(head):
        raise UnsupportedFile(f"It is {other}. {UnsupportedFile.advice}")
    return None


def _refused_format(head: bytes) -> str | None:
    if found := _match(_REFUSED, head):
        return found
    if head.startswith(b"RIFF"):
        return _IN_RIFF.get(head[8:12])
    if head[4:8] == b"ftyp" and head[:1] == b"\0":
        return "a picture, sound or film"
    return "a program" if head.startswith(b"MZ") and b"\0\0" in head[:64] else None


def _match(table: Mapping[bytes, _Value], head: bytes) -> _Value | None:
    return next((value for magic, value in table.items() if head.startswith(magic)), None)
