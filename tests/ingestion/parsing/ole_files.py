"""OLE files, as small as they can be: streams of a sector's multiple, all of them in one row."""

import struct

SECTOR = 512
STREAM = 4096  # bytes: shorter ones would be kept elsewhere
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_ROOT, _STREAM = 5, 2


def ole(*names: str) -> bytes:
    """With empty streams of these names in its root."""
    per_stream = STREAM // SECTOR
    directory = -(-(len(names) + 1) // 4)
    first = 1 + directory
    fat = [_FAT, *range(2, first), _END]
    for number in range(len(names)):
        begin = first + number * per_stream
        fat += [*range(begin + 1, begin + per_stream), _END]
    fat += [_FREE] * (SECTOR // 4 - len(fat))
    entries = [_entry("Root Entry", _ROOT, child=1 if names else _FREE, start=_END, size=0)]
    for number, name in enumerate(names):
        following = number + 2 if number + 1 < len(names) else _FREE
        start = first + number * per_stream
        entries.append(_entry(name, _STREAM, right=following, start=start, size=STREAM))
    entries += [bytes(128)] * (directory * 4 - len(entries))
    return _header() + struct.pack("<128I", *fat) + b"".join(entries) + bytes(STREAM * len(names))


def _header() -> bytes:
    fields = struct.pack(
        "<8s16sHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        bytes(16),
        *(0x3E, 3, 0xFFFE, 9, 6),
        *(0, 1, 1, 0, STREAM, _END, 0, _END, 0),
    )
    return fields + struct.pack("<109I", 0, *[_FREE] * 108)


def _entry(
    name: str, kind: int, *, start: int, size: int, child: int = _FREE, right: int = _FREE
) -> bytes:
    written = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16sI8s8sIQ",
        written,
        len(written) + 2,
        kind,
        1,
        _FREE,
        right,
        child,
        *(bytes(16), 0, bytes(8), bytes(8), start, size),
    )
