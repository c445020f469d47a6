"""What is in a file that holds others: a zip, or OLE, which is Office before 2007."""

from pathlib import Path
from zipfile import ZipFile

import olefile

from ingestion.last_errors import CorruptFile, EncryptedFile, UnsupportedFile
from ingestion.parsing.containers import ole, zips
from ingestion.parsing.kinds import Kind

_BY_MAIN_PART = {
    b"wordprocessingml.document.main+xml": Kind.DOCX,
    b"wordprocessingml.template.main+xml": Kind.DOCX,
    b"ms-word.document.macroEnabled.main+xml": Kind.DOCX,
    b"ms-word.template.macroEnabledTemplate.main+xml": Kind.DOCX,
    b"presentationml.presentation.main+xml": Kind.PPTX,
    b"presentationml.slideshow.main+xml": Kind.PPTX,
    b"presentationml.template.main+xml": Kind.PPTX,
    b"ms-powerpoint.presentation.macroEnabled.main+xml": Kind.PPTX,
    b"ms-powerpoint.slideshow.macroEnabled.main+xml": Kind.PPTX,
    b"spreadsheetml.sheet.main+xml": Kind.SHEET,
    b"spreadsheetml.template.main+xml": Kind.SHEET,
    b"ms-excel.sheet.macroEnabled.main+xml": Kind.SHEET,
    b"ms-excel.sheet.binary.macroEnabled.main": Kind.SHEET,
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
_BY_STREAM = {
    "EncryptedPackage": None,  # any Office file of today, with a password
    "WordDocument": Kind.DOC,
    "PowerPoint Document": Kind.PPT,
    "Workbook": Kind.SHEET,
    "Book": Kind.SHEET,
    "__properties_version1.0": Kind.MSG,
}
_STUMBLES: tuple[type[Exception], ...] = (*ole.BROKEN, ValueError, RecursionError)
_IN_ZIPS = {Kind.DOCX, Kind.PPTX, Kind.SHEET, Kind.ODT, Kind.ODP, Kind.EPUB}
_ARCHIVE = "It is a zip archive: unpack it and upload the files in it."
_NO_DOCUMENT = (
    "It is a zip archive without the document that its name promises: save it again from the"
    " program that made it, or unpack it and upload the files in it."
)


def kind_in_zip(path: Path, named: Kind | None) -> Kind:
    try:
        with ZipFile(path) as archive:
            kind = _by_types(zips.content_types(archive)) or _by_mimetype(archive)
            if kind:
                zips.check(archive)
                return kind
    except zips.BROKEN as error:
        raise CorruptFile from error
    raise CorruptFile(_NO_DOCUMENT) if named in _IN_ZIPS else UnsupportedFile(_ARCHIVE)


def kind_in_ole(path: Path, named: Kind | None) -> Kind:
    try:
        with olefile.OleFileIO(str(path)) as file:
            names = {entry[0] for entry in file.listdir() if len(entry) == 1}
    except _STUMBLES as error:
        raise CorruptFile from error
    for stream, kind in _BY_STREAM.items():
        if stream in names:
            if kind is None:
                raise EncryptedFile
            return kind
    raise CorruptFile if named in _BY_STREAM.values() and named else UnsupportedFile


def _by_types(types: bytes) -> Kind | None:
    return next((kind for part, kind in _BY_MAIN_PART.items() if part in types), None)


def _by_mimetype(archive: ZipFile) -> Kind | None:
    """As OpenDocument and EPUB say what they are, in an entry of this name."""
    if "mimetype" not in archive.namelist():
        return None
    with archive.open("mimetype") as entry:
        return _BY_MIMETYPE.get(entry.read(200).strip())
