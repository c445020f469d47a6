"""The RTF of an Outlook message, compressed as specified in [MS-OXRTFCP]."""

from struct import unpack_from

from ingestion.last_errors import CorruptFile

_COMPRESSED, _PLAIN = 0x75465A4C, 0x414C454D
_HEADER = 16
_WINDOW = 4096
# The initial dictionary, which every compressed text may refer back to.
_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript"
    rb" \fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_MAX_BYTES = 50_000_000


def decompress(data: bytes) -> bytes:
    """Decompress the RTF, up to where it breaks off. Raises CorruptFile if it is too long."""
    if len(data) < _HEADER:
        return b""
    size, kind = unpack_from("<II", data, 4)
    if kind == _PLAIN:
        return data[_HEADER : _HEADER + size]
    if kind != _COMPRESSED or size > _MAX_BYTES:
        raise CorruptFile
    text = bytearray(_DICTIONARY)
    end, at = len(_DICTIONARY) + size, _HEADER
    while at < len(data) and len(text) < end:
        flags = data[at]
        at += 1
        for bit in range(8):
            if at >= len(data) or len(text) >= end:
                break
            if not flags >> bit & 1:
                text.append(data[at])
                at += 1
                continue
            [reference] = unpack_from(">H", data, at)
            at += 2
            # The reference is a position in a ring buffer; `back` is the distance to it.
            back = (len(text) - (reference >> 4)) % _WINDOW
            if not back:
                return bytes(text[len(_DICTIONARY) :])
            for _ in range((reference & 0xF) + 2):
                text.append(text[-back])
    return bytes(text[len(_DICTIONARY) : end])
