"""The characters of an RTF file, which are bytes in several code pages and numbers in between."""

from ingestion.parsing.rtf.words import CODE_PAGES


class Text:
    """What has been read of a paragraph."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._code_page = "cp1252"
        self._units: list[str] = []

    def add_bytes(self, data: bytes, code_page: str) -> None:
        if code_page != self._code_page:
            self._decode()
            self._code_page = code_page
        self._bytes += data

    def add(self, text: str) -> None:
        self._decode()
        self._units.append(text)

    def take(self) -> str:
        self._decode()
        # Characters beyond U+FFFF are written as their two halves.
        text = "".join(self._units).encode("utf-16-le", "surrogatepass")
        self._units.clear()
        return text.decode("utf-16-le", "replace")

    def _decode(self) -> None:
        if self._bytes:
            self._units.append(self._bytes.decode(self._code_page, "replace"))
            self._bytes.clear()


def font_code_page(charset: int, default: str) -> str:
    return CODE_PAGES.get(charset, default)
