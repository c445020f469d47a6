"""What Outlook keeps of a message: properties under numbers, as [MS-OXMSG] has them."""

from datetime import UTC, datetime, timedelta
from struct import iter_unpack

from olefile import STGTY_STORAGE, STGTY_STREAM, OleFileIO

from ingestion.parsing.office.code_pages import code_page

SUBJECT, TEXT, HTML, RTF = 0x0037, 0x1000, 0x1013, 0x1009
SENDER, ADDRESS, SMTP_ADDRESS, TO, CC = 0x0C1A, 0x0C1F, 0x5D01, 0x0E04, 0x0E03
SENT, RECEIVED = 0x0039, 0x0E06
CONTENT, SHORT_NAME, LONG_NAME, SHOWN_NAME = 0x3701, 0x3704, 0x3707, 0x3001

_MESSAGE_CODE_PAGE, _HTML_CODE_PAGE = 0x3FFD, 0x3FDE
_LISTING = "__properties_version1.0"
_ENTRY = 16  # bytes; what is before the entries is shorter, so counting from the end finds them
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)

Storage = list[str]  # the folders that lead to it


class Properties:
    """Of a message or an attachment, which is a storage in the file."""

    def __init__(self, file: OleFileIO, storage: Storage) -> None:
        self._file = file
        self.storage = storage
        self._here = file.root
        for name in storage:
            self._here = self._here.kids_dict[name.lower()]
        self._numbers = self._listed()

    def text(self, *properties: int) -> str:
        """Of the first of these that says something."""
        found = (self._unicode(number) or self._string(number) for number in properties)
        return next(filter(None, found), "")

    def data(self, number: int) -> bytes:
        return self._stream(number, "0102")

    def date(self, *properties: int) -> str:
        """In UTC, of the first of these that is there."""
        ticks = next((self._numbers[one] for one in properties if one in self._numbers), 0)
        if not 0 < ticks < 2**61:
            return ""
        return f"{_EPOCH + timedelta(microseconds=ticks // 10):%Y-%m-%d %H:%M} UTC"

    def storages(self, beginning: str) -> list[Storage]:
        """Those directly inside this one whose names begin so, in order."""
        names = [kid.name for kid in self._here.kids if kid.entry_type == STGTY_STORAGE]
        return [[*self.storage, name] for name in sorted(names) if name.startswith(beginning)]

    @property
    def html_encoding(self) -> str:
        return code_page(self._numbers.get(_HTML_CODE_PAGE, 0) & 0xFFFFFFFF, "")

    def _unicode(self, number: int) -> str:
        return self._stream(number, "001F").decode("utf-16-le", "replace").rstrip("\0")

    def _string(self, number: int) -> str:
        encoding = code_page(self._numbers.get(_MESSAGE_CODE_PAGE, 0) & 0xFFFFFFFF, "cp1252")
        return self._stream(number, "001E").decode(encoding, "replace").rstrip("\0")

    def _stream(self, number: int, kind: str) -> bytes:
        return self._content(f"__substg1.0_{number:04X}{kind}")

    def _content(self, name: str) -> bytes:
        entry = self._here.kids_dict.get(name.lower())
        if entry is None or entry.entry_type != STGTY_STREAM:
            return b""
        # `openstream` would look for it among all attachments.
        data: bytes = self._file._open(entry.isectStart, entry.size).read()
        return data

    def _listed(self) -> dict[int, int]:
        data = self._content(_LISTING)
        entries = iter_unpack("<HHIq", data[len(data) % _ENTRY :])
        return {number: value for _, number, _, value in entries}
