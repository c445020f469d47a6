import ctypes
from collections.abc import Callable
from typing import Any


def string(ask: Callable[..., int], *about: Any) -> str:
    """What a function of PDFium's says, which it writes as UTF-16 with a NUL at the end."""
    size = ask(*about, None, 0)
    buffer = (ctypes.c_ushort * (size // 2))()
    ask(*about, buffer, size)
    text = bytes(buffer)[:-2].decode("utf-16-le", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip()
