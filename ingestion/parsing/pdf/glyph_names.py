"""Repair fonts that name their ligatures but do not say which letters they stand for.

A table of a font, ToUnicode, has the letters of each glyph. Some programs leave ligatures out, or
map them to U+0000, and "office" becomes "oice" or "o!ice". Their names, such as `f_f_i`, have the
letters. So the page is copied to a small document whose fonts have complete tables.
"""

import io
import mmap
import re
import unicodedata
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pypdfium2 import PdfDocument, PdfiumError

_MAX_SCANNED = 64_000_000  # bytes of a file
_MAX_COPY = 50_000_000  # bytes of the copy of a page
_MAX_TABLE = 50_000  # bytes of a table, unpacked; it has no more than 256 codes
_MAX_RANGES = 600
_MAX_FONTS = 100  # of a page
_MAX_USELESS = 3  # copies that repair nothing, before no more are made

_LIGATURES = frozenset(
    {"ff", "fi", "fl", "ffi", "ffl", "fj", "ffj", "ft", "st", "ct", "tt", "ti", "tf", "Th", "ij"}
)
_HEX_NAME = re.compile(r"uni((?:[0-9A-F]{4})+)|u([0-9A-F]{4,6})")
_NO_LETTER = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\uf8ff\ufff0-\uffff]")

# Names that PDFium does not know, in place of which it returns the code of the glyph.
_UNKNOWN_TO_PDFIUM = re.compile(
    rb"/(?:[A-Za-z]{1,8}(?:_[A-Za-z0-9]{1,8})+|uni(?:[0-9A-F]{4}){2,})[\s/\].]"
)
_CONTROLS = re.compile(r"[\x00-\x01\x03-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")

_OBJECT = re.compile(rb"(\d+) 0 obj\r?\n")
_DIFFERENCES = re.compile(rb"/Differences\s*\[([^\]]{0,20000}\])")
_ENCODING = re.compile(rb"/Encoding (\d+) 0 R")
_TO_UNICODE = re.compile(rb"/ToUnicode (\d+) 0 R")
_LENGTH = re.compile(rb"/Length (\d+)")
_NAME_OR_CODE = re.compile(rb"/([^\s/\[\]()<>]+)|(\d+)")
_SECTION = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
_PAIR = re.compile(rb"<([0-9A-Fa-f]{1,4})>\s*<([0-9A-Fa-f]{0,64})>")
_RANGE = re.compile(
    rb"<([0-9A-Fa-f]{1,4})>\s*<([0-9A-Fa-f]{1,4})>\s*(?:<([0-9A-Fa-f]{1,64})>|\[([^\]]*)\])"
)
_ITEM = re.compile(rb"<([0-9A-Fa-f]{0,64})>")


class GlyphNames:
    """Makes copies of a document's pages with complete fonts, if that may help."""

    def __init__(self, path: Path) -> None:
        self._is_suspect = _names_ligatures(path)
        self._useless = 0

    def may_help(self, text: str) -> bool:
        """Return whether a page with this text may lack ligatures, or show their codes."""
        if self._useless >= _MAX_USELESS:
            return False
        return self._is_suspect or _CONTROLS.search(text) is not None

    @contextmanager
    def repaired(self, page: Any, number: int) -> Iterator[Any]:
        """Yield a copy of a page with complete fonts, or None if there is nothing to complete."""
        content = _with_complete_fonts(_copy(page.pdf, number))
        if not content:
            self._useless += 1
            yield None
            return
        try:
            with PdfDocument(content) as document:
                yield document[0]
        except PdfiumError:
            self._useless += 1
            yield None


def _names_ligatures(path: Path) -> bool:
    """Return whether a file has names of ligatures that PDFium does not know.

    Names in compressed objects are not seen, but their codes may be seen in the text.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content.find(b"/Differences", 0, _MAX_SCANNED) < 0:
            return False
        encodings = _DIFFERENCES.findall(content, 0, _MAX_SCANNED)
        return any(map(_UNKNOWN_TO_PDFIUM.search, encodings))


def _copy(document: Any, number: int) -> bytes:
    file = io.BytesIO()
    with PdfDocument.new() as copy:
        copy.import_pages(document, [number])
        copy.save(file)
    return file.getvalue() if file.tell() <= _MAX_COPY else b""


def _with_complete_fonts(content: bytes) -> bytes:
    """Return a document that PDFium has written with tables added, or nothing if none is needed."""
    objects = {int(found[1]): found.end() for found in _OBJECT.finditer(content)}
    changed: dict[int, bytes] = {}
    for number, start in list(objects.items()):
        end = content.find(b"endobj", start)
        font = content[start : min(end, start + 50_000)]
        if (
            b"/Type/Font" not in font
            or b"/FontDescriptor/" in font[:20]
            or len(changed) > _MAX_FONTS
        ):
            continue
        encoding = _ENCODING.search(font)
        place = objects.get(int(encoding[1])) if encoding else None
        names = _DIFFERENCES.search(content[place : place + 20_000] if place else font)
        ligatures = dict(_ligatures(names[1])) if names else {}
        if not ligatures:
            continue
        table = _TO_UNICODE.search(font)
        known = _read_table(content, objects.get(int(table[1]), 0)) if table else {}
        missing = {
            code: letters
            for code, (letters, is_known) in ligatures.items()
            if not known.get(code, is_known)
        }
        if not missing:
            continue
        new = max(objects) + 1
        objects[new] = 0
        changed[new] = _table({code: text for code, text in known.items() if text} | missing)
        entry = b"/ToUnicode %d 0 R" % new
        if table:
            font = font[: table.start()] + entry + font[table.end() :]
        else:
            font = font[: font.rindex(b">>")] + entry + b">>"
        changed[number] = font
    return _with_objects(content, changed) if changed else b""


def _ligatures(names: bytes) -> Iterator[tuple[int, tuple[str, bool]]]:
    """Yield (code, (letters, whether PDFium knows the name)) for the ligatures of an encoding."""
    code = 0
    for name, number in _NAME_OR_CODE.findall(names):
        if number:
            code = int(number)
            continue
        if code < 256 and (letters := letters_of(name.decode("latin-1"))):
            yield code, (letters, not _UNKNOWN_TO_PDFIUM.match(b"/" + name + b" "))
        code += 1


def letters_of(name: str) -> str:
    """Return the letters of a ligature's glyph by its name, or nothing if it is none."""
    base = name.partition(".")[0]
    if found := _HEX_NAME.fullmatch(base):
        digits = [found[2]] if found[2] else re.findall("....", found[1])
        text = "".join(chr(min(int(each, 16), 0xFFFF)) for each in digits)
        return "" if _NO_LETTER.search(text) else unicodedata.normalize("NFKC", text)
    if base in _LIGATURES:
        return base
    parts = base.split("_")
    if len(parts) == 1:
        return ""
    letters = [_part(part) for part in parts]
    return "".join(letters) if all(letters) else ""


def _part(name: str) -> str:
    if len(name) == 1 or name in _LIGATURES:
        return name
    if name == "longs":
        return "s"
    return letters_of(name) if _HEX_NAME.fullmatch(name) else ""


def _read_table(content: bytes, start: int) -> dict[int, str]:
    """Return the letters of each code in a table of one-byte codes, empty for U+0000."""
    head = content[start : start + 500]
    length = _LENGTH.search(head)
    begin = content.find(b"stream", start, start + 500)
    if not length or begin < 0:
        return {}
    begin = content.index(b"\n", begin) + 1
    table = content[begin : begin + int(length[1])]
    if b"/FlateDecode" in head:
        try:
            table = zlib.decompressobj().decompress(table, _MAX_TABLE)
        except zlib.error:
            return {}
    known: dict[int, str] = {}
    ranges = 0
    for kind, entries in _SECTION.findall(table[:_MAX_TABLE]):
        if kind == b"bfchar":
            known.update((int(code, 16), _text(text)) for code, text in _PAIR.findall(entries))
            continue
        for first, last, text, texts in _RANGE.findall(entries)[: _MAX_RANGES - ranges]:
            ranges += 1
            codes = range(int(first, 16), min(int(last, 16), 255) + 1)
            if texts:
                known.update(zip(codes, map(_text, _ITEM.findall(texts)), strict=False))
            else:
                known.update((code, _text(text, code - codes.start)) for code in codes)
    return known


def _text(digits: bytes, more: int = 0) -> str:
    """Return the text that a table has in UTF-16, its last character moved on by `more`."""
    digits = digits.rjust(-(-len(digits) // 4) * 4, b"0")
    text = bytes.fromhex(digits.decode()).decode("utf-16-be", errors="ignore").strip("\0")
    return text[:-1] + chr(min(ord(text[-1]) + more, 0xFFFF)) if text and more else text


def _table(letters: dict[int, str]) -> bytes:
    entries = b"".join(
        b"<%02X> <%b>\n" % (code, text.encode("utf-16-be", errors="ignore").hex().encode())
        for code, text in letters.items()
        if code < 256
    )
    table = b"begincmap 1 begincodespacerange <00> <FF> endcodespacerange %d beginbfchar\n" % len(
        letters
    )
    table += entries + b"endbfchar endcmap"
    return b"<</Length %d>>stream\n%b\nendstream" % (len(table), table)


def _with_objects(content: bytes, changed: dict[int, bytes]) -> bytes:
    """Return a document with objects added or replaced, as an update at its end."""
    file = bytearray(content)
    places = {}
    for number, each in changed.items():
        places[number] = len(file)
        file += b"%d 0 obj\n%b\nendobj\n" % (number, each)
    table = len(file)
    file += b"xref\n"
    for number in sorted(places):
        file += b"%d 1\n%010d 00000 n \n" % (number, places[number])
    root = re.search(rb"/Root (\d+) 0 R", content)
    previous = content.rindex(b"startxref")
    file += b"trailer\n<</Size %d/Root %b 0 R/Prev %d>>\n" % (
        max(places) + 1,
        root[1] if root else b"1",
        int(content[previous + 9 : previous + 30].split()[0]),
    )
    return bytes(file) + b"startxref\n%d\n%%%%EOF\n" % table
