"""Files embedded in Office documents as OLE objects.

An object is a compound file. It holds the file of a newer program in a stream, a dropped file with
its name, or the streams of an old document, in which case it is that document itself.
"""

import struct
from io import BytesIO
from pathlib import PurePath, PureWindowsPath

from olefile import MAGIC, OleFileIO

from ingestion.parsing.containers import ole

_FILES = ("Package", "EmbeddedOdf", "package_stream", "CONTENTS")  # streams that are a whole file
_NATIVE = "\x01Ole10Native"  # a dropped file, or the data of an old program
_EQUATION = "Equation Native"
_PROGRAM = "\x01CompObj"
_EQUATIONS = (b"Equation", b"MathType")
_PICTURES = (b"PBrush", b"Photo", b"CorelDRAW", b"MS_ClipArt", b"MSDraw", b"Paint.Picture")
_DOCUMENTS = {
    "WordDocument": ".doc",
    "Workbook": ".xls",
    "Book": ".xls",
    "PowerPoint Document": ".ppt",
}
_SUFFIXES = {b"%PDF": ".pdf", b"{\\rt": ".rtf"}
_PARTS = {b"xl/workbook": ".xlsx", b"word/document": ".docx", b"ppt/presentation": ".pptx"}
_TAIL = 65_536
_DROPPED = 2  # the type of Packager's data that holds a file's name


def holds_equation(content: bytes) -> bool:
    """Return whether an object is an equation of Office before 2007. Raises CorruptFile."""
    if not content.startswith(MAGIC):
        return False
    with ole.errors_as_corrupt(ValueError, RecursionError), OleFileIO(BytesIO(content)) as file:
        return bool(file.exists(_EQUATION)) or any(word in _program(file) for word in _EQUATIONS)


def embedded_file(name: str, content: bytes) -> tuple[str, bytes] | None:
    """Return the name and bytes of the file in an object that the document calls `name`.

    Return None if there are no bytes, or only a picture. An unknown object is returned as it is.
    Raises CorruptFile.
    """
    if not content.startswith(MAGIC):
        return (_named(name, content), content) if content else None
    with ole.errors_as_corrupt(ValueError, RecursionError), OleFileIO(BytesIO(content)) as file:
        for stream, suffix in _DOCUMENTS.items():
            if file.exists(stream):
                return PurePath(name).stem + suffix, content
        if any(word in _program(file) for word in _PICTURES):
            return None
        for stream in _FILES:
            if file.exists(stream) and (data := file.openstream(stream).read()):
                return _named(name, data), data
        if file.exists(_NATIVE):
            return _dropped(name, file.openstream(_NATIVE).read())
        # Other streams of control characters say how the object looks, and where it is from.
        is_empty = all(len(entry) == 1 and entry[0] < " " for entry in file.listdir())
    return None if is_empty else (name, content)


def _program(file: OleFileIO) -> bytes:
    """Return the names of the program that an object is from, or nothing."""
    data: bytes = file.openstream(_PROGRAM).read() if file.exists(_PROGRAM) else b""
    return data[:1000]


def _dropped(name: str, native: bytes) -> tuple[str, bytes] | None:
    """Return the file in the data of Packager: flags, name, path, another path, then the bytes."""
    size, kind = struct.unpack_from("<IH", native)
    body = native[4 : 4 + size]
    if kind != _DROPPED:
        return (_named(name, body), body) if body else None
    try:
        label, at = _string(native, 6)
        _, at = _string(native, at)
        (length,) = struct.unpack_from("<I", native, at + 4)
        at += 8 + length
        (size,) = struct.unpack_from("<I", native, at)
    except (struct.error, ValueError):
        return (name, body) if body else None
    data = native[at + 4 : at + 4 + size]
    own = PureWindowsPath(label.decode("cp1252", "replace")).name
    return (own or _named(name, data), data) if data else None


def _string(data: bytes, at: int) -> tuple[bytes, int]:
    end = data.index(b"\0", at)
    return data[at:end], end + 1


def _named(name: str, data: bytes) -> str:
    """Return a name with the suffix of a file that the document called `oleObject1.bin`."""
    if not name.endswith(".bin"):
        return name
    suffix = _SUFFIXES.get(data[:4])
    if data.startswith(b"PK"):
        names = data[-_TAIL:]  # since a zip ends with the names in it
        suffix = next((found for part, found in _PARTS.items() if part in names), None)
    return PurePath(name).stem + suffix if suffix else name
