"""Mails inside a signature: S/MIME's smime.p7m, as RFC 5652 writes it."""

from collections.abc import Iterator
from pathlib import Path

from ingestion.last_errors import CorruptFile, EncryptedFile
from ingestion.parsing.attachments import Attachments
from ingestion.parsing.decoding import check_size
from ingestion.parsing.mail.mbox import MAX_BYTES
from ingestion.parsing.sections import Section

_SIGNED = bytes.fromhex("2a864886f70d010702")  # 1.2.840.113549.1.7.2, without tag and length
_ENVELOPED = (bytes.fromhex("2a864886f70d010703"), bytes.fromhex("2a864886f70d0109100117"))
_SEQUENCE, _OCTETS, _OCTETS_IN_PARTS = 0x30, 0x04, 0x24
_MAX_PARTS = 1_000_000  # of one content
_ENCRYPTED = "It is encrypted for its recipient: decrypt it in the mail program and save it again."


def read_signed(path: Path, attachments: Attachments) -> Iterator[Section]:
    """Yield the sections of the mail inside a signature."""
    check_size(path, at_most=MAX_BYTES)
    yield from attachments.read("signed mail.eml", _signed_content(path.read_bytes()))


def _signed_content(data: bytes) -> bytes:
    """Return the mail inside a signature. Who signed it, and whether rightly, is not verified.

    Raises EncryptedFile if it is not only signed, and CorruptFile.
    """
    try:
        outer = _Element(data, 0).children()
        kind = next(outer).value
        if kind in _ENVELOPED:
            raise EncryptedFile(_ENCRYPTED)
        if kind != _SIGNED:
            raise CorruptFile
        signed_data = next(next(outer).children())
        # A version and the digests come before the content, and the certificates after it.
        for part in signed_data.children():
            if part.tag == _SEQUENCE:
                inner = part.children()
                next(inner)  # its type
                return next(next(inner).children()).octets()
    except (IndexError, RecursionError, StopIteration) as error:
        raise CorruptFile from error
    raise CorruptFile


class _Element:
    """A tag, a length and a value, in the Basic Encoding Rules. The length may be indefinite."""

    def __init__(self, data: bytes, begin: int) -> None:
        self._data = data
        self.tag = data[begin]
        length = data[begin + 1]
        self._begin = begin + 2
        self._is_endless = length == 0x80
        if length > 0x80:
            size = length & 0x7F
            if size > 8:
                raise IndexError
            length = int.from_bytes(data[self._begin : self._begin + size], "big")
            self._begin += size
        self._length = length

    @property
    def value(self) -> bytes:
        return self._data[self._begin : self._begin + self._length]

    @property
    def end(self) -> int:
        if not self._is_endless:
            return self._begin + self._length
        place = self._begin
        for _ in range(_MAX_PARTS):
            if self._data[place : place + 2] == b"\0\0":
                return place + 2
            place = _Element(self._data, place).end
        raise IndexError

    def children(self) -> Iterator["_Element"]:
        place = self._begin
        for _ in range(_MAX_PARTS):
            if self._is_endless and self._data[place : place + 2] == b"\0\0":
                return
            if not self._is_endless and place >= self._begin + self._length:
                return
            child = _Element(self._data, place)
            yield child
            place = child.end

    def octets(self) -> bytes:
        """Return an octet string, which may be in parts."""
        if self.tag == _OCTETS:
            return self.value
        if self.tag != _OCTETS_IN_PARTS:
            raise IndexError
        return b"".join(part.octets() for part in self.children())
