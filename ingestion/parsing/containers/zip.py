"""Detection of the document in a zip, and refusal of zip bombs.

Office, OpenDocument and EPUB files are such zips.
"""

import zlib
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from ingestion.last_errors import CorruptFile, EncryptedFile, FileTooLarge, UnsupportedFile
from ingestion.parsing.containers.part_names import DocumentZip, has_part
from ingestion.parsing.kinds import Kind

# These limits bound time, since parts are read as a stream. A packed document is a tenth of its
# size, seldom a hundredth; a bomb is a four-hundredth or less.
MAX_UNPACKED_BYTES = 1_000_000_000
MAX_RATIO = 200

# Raised by zipfile if a zip is damaged, when it is opened or a part is read.
DAMAGE_ERRORS = (BadZipFile, EOFError, NotImplementedError, UnicodeDecodeError, zlib.error)

_CONTENT_TYPES = "[Content_Types].xml"
_METHODS = (ZIP_STORED, ZIP_DEFLATED)  # since these formats allow no others
_ENCRYPTED = 0x1  # a flag of a zip entry

_BY_MAIN_PART = {
    b"wordprocessingml.document.main+xml": Kind.DOCX,
    b"wordprocessingml.template.main+xml": Kind.DOCX,
    b"ms-word.document.macroenabled.main+xml": Kind.DOCX,
    b"ms-word.template.macroenabledtemplate.main+xml": Kind.DOCX,
    b"presentationml.presentation.main+xml": Kind.PPTX,
    b"presentationml.slideshow.main+xml": Kind.PPTX,
    b"presentationml.template.main+xml": Kind.PPTX,
    b"ms-powerpoint.presentation.macroenabled.main+xml": Kind.PPTX,
    b"ms-powerpoint.slideshow.macroenabled.main+xml": Kind.PPTX,
    b"spreadsheetml.sheet.main+xml": Kind.SHEET,
    b"spreadsheetml.template.main+xml": Kind.SHEET,
    b"ms-excel.sheet.macroenabled.main+xml": Kind.SHEET,
    b"ms-excel.sheet.binary.macroenabled.main": Kind.SHEET,
}
_BY_MIMETYPE = {
    b"application/epub+zip": Kind.EPUB,
    b"application/vnd.oasis.opendocument.text": Kind.ODT,
    b"application/vnd.oasis.opendocument.text-template": Kind.ODT,
    b"application/vnd.oasis.opendocument.presentation": Kind.ODP,
    b"application/vnd.oasis.opendocument.presentation-template": Kind.ODP,
    b"application/vnd.oasis.opendocument.spreadsheet": Kind.SHEET,
    b"application/vnd.oasis.opendocument.spreadsheet-template": Kind.SHEET,
}
_IN_ZIPS = {Kind.DOCX, Kind.PPTX, Kind.SHEET, Kind.ODT, Kind.ODP, Kind.EPUB}
_ARCHIVE = "It is a zip archive: unpack it and upload the files in it."
_NO_DOCUMENT = (
    "It is a zip archive without the document that its name promises: save it again from the"
    " program that made it, or unpack it and upload the files in it."
)


def kind_in_zip(path: Path, named: Kind | None) -> Kind:
    """Return the kind of document in a zip; `named` is the kind that its filename suggests.

    Raises `CorruptFile` if the zip is damaged, or its name suggests a document that is not in it;
    `UnsupportedFile` for any other zip; and the errors of `content_types` and
    `check_unpacked_size`.
    """
    try:
        with DocumentZip(path) as archive:
            types = content_types(archive)
            kind = next((kind for part, kind in _BY_MAIN_PART.items() if part in types), None)
            if kind is None and has_part(archive, "mimetype"):  # OpenDocument or EPUB
                with archive.open("mimetype") as entry:
                    kind = _BY_MIMETYPE.get(entry.read(200).strip())
            if kind:
                check_unpacked_size(archive)
                return kind
    except DAMAGE_ERRORS as error:
        raise CorruptFile from error
    raise CorruptFile(_NO_DOCUMENT) if named in _IN_ZIPS else UnsupportedFile(_ARCHIVE)


def content_types(archive: ZipFile) -> bytes:
    """Return the list of part types of an Office file, in lower case, or nothing for any other zip.

    Raises `EncryptedFile` if an entry is encrypted, and `BadZipFile` if one begins outside the file
    or uses a compression method that no document does.
    """
    for entry in archive.infolist():
        if entry.header_offset < 0 or entry.compress_type not in _METHODS:
            raise BadZipFile(f"{entry.filename} is not to be read")
        if entry.flag_bits & _ENCRYPTED:
            raise EncryptedFile
    if not has_part(archive, _CONTENT_TYPES):
        return b""
    with archive.open(_CONTENT_TYPES) as part:
        # In lower case, and without the NULs of UTF-16. An honest list is a few kilobytes.
        return part.read(1_000_000).replace(b"\0", b"").lower()


def check_unpacked_size(archive: ZipFile) -> None:
    """Raise `FileTooLarge` if a zip unpacks to too many bytes, or to too many for its size.

    The declared sizes suffice, because no reader reads beyond them. A damaged part is found only
    when it is read.
    """
    unpacked = sum(entry.file_size for entry in archive.infolist())
    packed = sum(entry.compress_size for entry in archive.infolist())
    if unpacked > MAX_UNPACKED_BYTES:
        megabytes = unpacked // 1_000_000
        raise FileTooLarge(f"It unpacks to {megabytes:,} MB: split it, or upload its text.")
    if unpacked > MAX_RATIO * packed:
        raise FileTooLarge(
            f"It unpacks to more than {MAX_RATIO} times its size, as no document does:"
            " save it again from the program that made it, or upload its text."
        )
