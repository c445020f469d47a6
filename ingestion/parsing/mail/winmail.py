"""Outlook's winmail.dat: the text and the attachments of a mail, as [MS-OXTNEF] writes them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from struct import error as struct_error
from struct import unpack_from

from ingestion.parsing.attachments import Attachments
from ingestion.parsing.decoding import check_size, decode
from ingestion.parsing.decoding.code_pages import code_page
from ingestion.parsing.html import html_sections
from ingestion.parsing.mail.compressed_rtf import decompress
from ingestion.parsing.mail.mbox import MAX_BYTES
from ingestion.parsing.rtf import rtf_sections
from ingestion.parsing.sections import Section

_HEADER = 6  # bytes: the signature and a key

# Attributes, which are named by a type and a number together.
_BODY, _PROPERTIES, _CODE_PAGE = 0x0002800C, 0x00069003, 0x00069007
_NEXT_ATTACHMENT, _TITLE, _DATA, _ATTACHED_PROPERTIES = (
    0x00069002,
    0x00018010,
    0x0006800F,
    0x00069005,
)

# Properties of MAPI, as in a .msg file.
_TEXT, _HTML, _RTF = 0x1000, 0x1013, 0x1009
_LONG_NAME, _SHOWN_NAME, _CONTENT = 0x3707, 0x3001, 0x3701
_NAMED = 0x8000  # properties from here on have a name before their value
_SIZES = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8,
          0x48: 16}  # fmt: skip  # of the values of a fixed size, by their type
_TEXT_TYPES, _UNICODE = (0x1E, 0x1F), 0x1F
_VARIABLE = (*_TEXT_TYPES, 0x0D, 0x102)
_SEVERAL = 0x1000  # a flag of types with several values
_IDENTIFIER = 16  # bytes before the content of an embedded object


@dataclass
class Properties:
    """The values of variable size, by their number."""

    texts: dict[int, str] = field(default_factory=dict)
    data: dict[int, bytes] = field(default_factory=dict)

    def add(self, number: int, kind: int, value: bytes, encoding: str) -> None:
        if kind == _UNICODE:
            self.texts.setdefault(number, value.decode("utf-16-le", "replace").rstrip("\0"))
        elif kind in _TEXT_TYPES:
            self.texts.setdefault(number, value.decode(encoding, "replace").rstrip("\0"))
        else:
            self.data.setdefault(number, value)


@dataclass
class Attached:
    name: str = ""
    content: bytes = b""


@dataclass
class Winmail:
    """The text of a mail in one of three forms, and its attachments."""

    text: str = ""
    encoding: str = "cp1252"
    properties: Properties = field(default_factory=Properties)
    attached: list[Attached] = field(default_factory=list)

    def sections(self) -> Iterator[Section]:
        """Yield the text: HTML if there is any, or else the plain text, or else RTF."""
        html, rtf = self.properties.data.get(_HTML), self.properties.data.get(_RTF)
        text = self.properties.texts.get(_TEXT) or self.text
        if html:
            yield from html_sections(decode(html, None))
        elif text.strip():
            yield Section(text.replace("\r\n", "\n"))
        elif rtf:
            yield from rtf_sections(decompress(rtf))


def read_winmail(path: Path, attachments: Attachments) -> Iterator[Section]:
    """Yield the text of the mail, and then its attachments."""
    check_size(path, at_most=MAX_BYTES)
    mail = _winmail(path.read_bytes())
    yield from mail.sections()
    for number, attached in enumerate(mail.attached, start=1):
        yield from attachments.read(attached.name or f"attachment {number}", attached.content)


def _winmail(data: bytes) -> Winmail:
    """Return what the data holds, up to where it breaks off."""
    mail = Winmail()
    place = _HEADER
    while place + 9 <= len(data):
        attribute, size = unpack_from("<II", data, place + 1)
        value = data[place + 9 : place + 9 + size]
        place += 9 + size + 2  # a checksum follows
        _take(mail, attribute, value)
    return mail


def _take(mail: Winmail, attribute: int, value: bytes) -> None:
    if attribute == _CODE_PAGE and len(value) >= 4:
        mail.encoding = code_page(unpack_from("<I", value)[0], mail.encoding)
    elif attribute == _BODY:
        mail.text = value.decode(mail.encoding, "replace").rstrip("\0")
    elif attribute == _PROPERTIES:
        mail.properties = _properties(value, mail.encoding)
    elif attribute == _NEXT_ATTACHMENT:
        mail.attached.append(Attached())
    elif mail.attached:
        _take_attached(mail.attached[-1], attribute, value, mail.encoding)


def _take_attached(attached: Attached, attribute: int, value: bytes, encoding: str) -> None:
    if attribute == _TITLE:
        attached.name = attached.name or value.rstrip(b"\0").decode(encoding, "replace")
    elif attribute == _DATA:
        attached.content = value
    elif attribute == _ATTACHED_PROPERTIES:
        properties = _properties(value, encoding)
        texts = properties.texts
        attached.name = texts.get(_LONG_NAME) or texts.get(_SHOWN_NAME) or attached.name
        if not attached.content:
            attached.content = properties.data.get(_CONTENT, b"")[_IDENTIFIER:]


def _properties(data: bytes, encoding: str) -> Properties:
    """Return the properties, up to where they break off."""
    found = Properties()
    try:
        [count] = unpack_from("<I", data)
        place = 4
        for _ in range(count):
            kind, number = unpack_from("<HH", data, place)
            place += 4
            if number >= _NAMED:
                place = _after_name(data, place)
            place = _take_values(found, number, kind, data, place, encoding)
    except (KeyError, struct_error):  # it breaks off, or a value is of an unknown size
        pass
    return found


def _take_values(
    found: Properties, number: int, kind: int, data: bytes, place: int, encoding: str
) -> int:
    """Take a property's values, and return the place after them. Raises KeyError, struct_error."""
    is_variable, values = kind & ~_SEVERAL in _VARIABLE, 1
    if is_variable or kind & _SEVERAL:
        [values] = unpack_from("<I", data, place)
        place += 4
    if not is_variable:
        return place + values * _SIZES[kind & ~_SEVERAL]
    for _ in range(values):
        [length] = unpack_from("<I", data, place)
        found.add(number, kind & ~_SEVERAL, data[place + 4 : place + 4 + length], encoding)
        place += 4 + length + -length % 4
    return place


def _after_name(data: bytes, place: int) -> int:
    """Return the place after a property's name: its set, and a number or a text."""
    [is_text] = unpack_from("<I", data, place + 16)
    place += 20
    if not is_text:
        return place + 4
    [length] = unpack_from("<I", data, place)
    return int(place + 4 + length + -length % 4)
