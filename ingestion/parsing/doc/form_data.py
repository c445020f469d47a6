"""The values of form fields in Word before 2007, which are stored in a stream of their own."""

from struct import error, unpack_from

from ingestion.parsing.inline import check_box

_CHECK_BOX, _DROP_DOWN = 1, 2
_UNDEFINED = 25  # the result if the user has changed nothing
_MAX_ENTRIES = 1_000
_TEXTS_BEFORE_ENTRIES = 5  # format, help, status and the names of two macros


def form_value(data: bytes, at: int) -> str | None:
    """Return a check box, or the chosen entry of a drop-down list. None for other fields."""
    try:
        [header] = unpack_from("<H", data, at + 4)
        at += header
        version, bits = unpack_from("<IH", data, at)
        kind, result = bits & 0x3, bits >> 2 & 0x1F
        if version != 0xFFFFFFFF or kind not in (_CHECK_BOX, _DROP_DOWN):
            return None
        at = _after_text(data, at + 10)
        [default] = unpack_from("<H", data, at)
        chosen = default if result == _UNDEFINED else result
        if kind == _CHECK_BOX:
            return check_box(chosen == 1)
        at += 2
        for _ in range(_TEXTS_BEFORE_ENTRIES):
            at = _after_text(data, at)
        return _entry(data, at, chosen)
    except (error, IndexError):
        return None


def _after_text(data: bytes, at: int) -> int:
    return at + 2 + 2 * int(unpack_from("<H", data, at)[0]) + 2


def _entry(data: bytes, at: int, chosen: int) -> str:
    [count] = unpack_from("<H", data, at + 2)
    at += 6
    for number in range(min(count, _MAX_ENTRIES)):
        [length] = unpack_from("<H", data, at)
        if number == chosen:
            [text] = unpack_from(f"{2 * length}s", data, at + 2)
            return str(text.decode("utf-16-le", "replace"))
        at += 2 + 2 * length
    return ""
