"""The first bytes of binary formats."""

from collections.abc import Mapping
from typing import TypeVar

from ingestion.last_errors import UnsupportedFile
from ingestion.parsing.kinds import Kind

_Value = TypeVar("_Value")

ZIPS = (b"PK\x03\x04", b"PK\x05\x06")  # the second with nothing in it
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Office before 2007, and any encrypted Office file
PDF = b"%PDF-"
RTF = b"{\\rtf"

_READ = {
    PDF: Kind.PDF,
    b"\x89PNG\r\n\x1a\n": Kind.IMAGE,
    b"\xff\xd8\xff": Kind.IMAGE,
    b"GIF87a": Kind.IMAGE,
    b"GIF89a": Kind.IMAGE,
    b"II*\0": Kind.IMAGE,
    b"MM\0*": Kind.IMAGE,
}
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


def kind_by_signature(head: bytes) -> Kind | None:
    """The kind that first bytes prove, if they prove one. Raises `UnsupportedFile` for others'."""
    if head.lstrip().startswith(RTF):
        return Kind.RTF
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return Kind.IMAGE
    if head.startswith(b"BM") and head[6:10] == bytes(4):  # else a text may begin so
        return Kind.IMAGE
    if kind := _match(_READ, head):
        return kind
    if archive := _match(_ARCHIVES, head) or _other_archive(head):
        raise UnsupportedFile(f"It is {archive}: unpack it and upload the files in it.")
    if other := _match(_REFUSED, head) or _other_refused(head):
        raise UnsupportedFile(f"It is {other}. {UnsupportedFile.advice}")
    return None


def _other_archive(head: bytes) -> str | None:
    if head.startswith(b"BZh") and head[4:10] == b"1AY&SY":
        return "a bzip2 archive"
    return "a tar archive" if head[257:262] == b"ustar" and b"\0" in head[:257] else None


def _other_refused(head: bytes) -> str | None:
    if head.startswith(b"RIFF"):
        return _IN_RIFF.get(head[8:12])
    if head[4:8] == b"ftyp" and head[:1] == b"\0":
        return "a picture, sound or film"
    if head.startswith(b"MZ") and b"\0\0" in head[:64]:
        return "a program"
    return None


def _match(table: Mapping[bytes, _Value], head: bytes) -> _Value | None:
    return next((value for magic, value in table.items() if head.startswith(magic)), None)
