"""Documents of Office that are one XML file: flat packages (OPC), and Word's format of 2003.

Each is copied in a form that the readers of parts take, without pictures, whose data would exceed
the limit on a piece of text. The parser expands no entities.
"""

from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Protocol
from xml.parsers.expat import ExpatError, ParserCreate
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

from ingestion.last_errors import CorruptFile
from ingestion.parsing.decoding import texts

_PICTURES = {"binData", "docOleData", "docSuppData"}
_MAX_PARTS = 10_000
_TYPES = "[Content_Types].xml"
_TYPES_NAMESPACE = "http://schemas.openxmlformats.org/package/2006/content-types"


class _Handler(Protocol):
    def start(self, name: str, attributes: dict[str, str]) -> None: ...
    def end(self, name: str) -> None: ...
    def write(self, text: str) -> None: ...


@contextmanager
def without_pictures(path: Path) -> Iterator[tuple[Path, bool]]:
    """Copy a document of Word 2003 without its pictures.

    Yield the copy, and whether it ends early because the file is damaged.
    """
    with NamedTemporaryFile() as file:
        copy, is_damaged = _Copy(file), False
        try:
            _feed(path, copy)
        except CorruptFile:
            copy.close()
            is_damaged = True
        file.flush()
        yield Path(file.name), is_damaged


@contextmanager
def as_package(path: Path) -> Iterator[Path]:
    """Copy a flat package into a zip. Raises CorruptFile."""
    with NamedTemporaryFile() as file:
        with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=1) as archive:
            package = _Package(archive)
            try:
                _feed(path, package)
            finally:
                package.close()
            package.write_types()
        file.flush()
        yield Path(file.name)


def _feed(path: Path, handler: _Handler) -> None:
    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    parser.CharacterDataHandler = handler.write
    # A default handler keeps expat from expanding entities.
    parser.DefaultHandler = lambda data: None
    try:
        for text in texts(path):
            parser.Parse(text, False)
        parser.Parse("", True)
    except ExpatError as error:
        raise CorruptFile from error


def _tag(name: str, attributes: dict[str, str]) -> str:
    return f"<{name}{''.join(f' {key}={quoteattr(value)}' for key, value in attributes.items())}>"


class _Copy:
    """A copy of XML without the elements of pictures."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._pictures = 0  # open ones
        self._open: list[str] = []

    def close(self) -> None:
        """End all open elements."""
        self._pictures = 0
        while self._open:
            self.end(self._open[-1])

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if _local(name) in _PICTURES:
            self._pictures += 1
        elif not self._pictures:
            self._open.append(name)
            self._file.write(_tag(name, attributes).encode("utf-8", "replace"))

    def end(self, name: str) -> None:
        if _local(name) in _PICTURES:
            self._pictures -= 1
        elif not self._pictures:
            self._open.pop()
            self._file.write(f"</{name}>".encode())

    def write(self, text: str) -> None:
        if not self._pictures:
            self._file.write(escape(text).encode("utf-8", "replace"))


class _Package:
    """The parts of a flat package, each written to a zip when it ends."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self._types: dict[str, str] = {}
        self._name = ""
        self._part: IO[bytes] | None = None
        self._copy: _Copy | None = None
        self._open: list[str] = []
        self._namespaces: dict[str, str] = {}
        self._data: list[str] = []  # of a binary part

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._open.append(name)
        if self._copy:
            if len(self._open) == _ROOT_DEPTH:
                attributes = {**self._namespaces, **attributes}
            self._copy.start(name, attributes)
            return
        self._namespaces |= {
            key: value for key, value in attributes.items() if key.startswith("xmlns:")
        }
        given = {_local(key): value for key, value in attributes.items()}
        if _local(name) == "part":
            self._name = given.get("name", "").lstrip("/")
            if self._name in ("", _TYPES, *self._types) or len(self._types) == _MAX_PARTS:
                raise CorruptFile
            self._types[self._name] = given.get("contentType", "")
        elif _local(name) == "xmlData" and self._name:
            self._part = self._archive.open(self._name, "w", force_zip64=True)
            self._copy = _Copy(self._part)

    def end(self, name: str) -> None:
        self._open.pop()
        if self._copy and len(self._open) >= _ROOT_DEPTH - 1:
            self._copy.end(name)
        elif self._copy and self._part:
            self._part.close()
            self._copy = self._part = None
            self._name = ""
        elif _local(name) == "binaryData":
            self._write_binary()

    def write(self, text: str) -> None:
        if self._copy:
            self._copy.write(text)
        elif self._open and _local(self._open[-1]) == "binaryData":
            self._data.append(text)

    def close(self) -> None:
        """Close the open part, because a zip is not closed before its parts are."""
        if self._part:
            self._part.close()

    def write_types(self) -> None:
        listed = "".join(
            f"<Override PartName={quoteattr('/' + name)} ContentType={quoteattr(kind)}/>"
            for name, kind in self._types.items()
        )
        self._archive.writestr(_TYPES, f'<Types xmlns="{_TYPES_NAMESPACE}">{listed}</Types>')

    def _write_binary(self) -> None:
        data = "".join(self._data)
        self._data.clear()
        try:
            content = b64decode(data)
        except ValueError:
            content = b""  # a damaged picture costs itself
        if self._name:
            self._archive.writestr(self._name, content)
            self._name = ""


_ROOT_DEPTH = 4  # of the root of a part, in a package, a part and its data


def _local(name: str) -> str:
    return name.rpartition(":")[2]
