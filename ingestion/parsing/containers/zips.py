"""What a zip of documents tells before anything in it is read. Office, OpenDocument and EPUB
files are such zips."""

import zlib
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from ingestion.last_errors import EncryptedFile, FileTooLarge

# The parts are read as a stream, so what this bounds is time. Documents shrink to a tenth when
# packed, seldom to a hundredth; bombs to a four-hundredth and less.
MAX_UNPACKED_BYTES = 1_000_000_000
MAX_RATIO = 200

# What Python raises for a damaged zip, here or while a part is read.
BROKEN = (BadZipFile, EOFError, NotImplementedError, UnicodeDecodeError, zlib.error)

_CONTENT_TYPES = "[Content_Types].xml"
_METHODS = (ZIP_STORED, ZIP_DEFLATED)  # the only ones that these formats allow
_ENCRYPTED = 0x1  # of a zip entry's flags


def content_types(archive: ZipFile) -> bytes:
    """The list of part types that every Office file has; empty in any other zip."""
    for entry in archive.infolist():
        if entry.header_offset < 0 or entry.compress_type not in _METHODS:
            raise BadZipFile(f"{entry.filename} is not to be read")
        if entry.flag_bits & _ENCRYPTED:
            raise EncryptedFile
    if _CONTENT_TYPES not in archive.namelist():
        return b""
    with archive.open(_CONTENT_TYPES) as part:
        return part.read(1_000_000)  # some kilobytes, in honest files


def check(archive: ZipFile) -> None:
    """Refuses what would grow out of proportion when unpacked.

    The sizes are those the zip declares: no reader goes on after that many bytes. That a part is
    damaged shows when it is read.
    """
    _check_size(archive.infolist())


def _check_size(entries: list[ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if unpacked > MAX_UNPACKED_BYTES:
        megabytes = unpacked // 1_000_000
        raise FileTooLarge(f"It unpacks to {megabytes:,} MB: split it, or upload its text.")
    if unpacked > MAX_RATIO * packed:
        raise FileTooLarge(
            f"It unpacks to more than {MAX_RATIO} times its size, as no document does:"
            " save it again from the program that made it, or upload its text."
        )
