"""Text that Postgres can store. A small module, because the sandbox's host imports it."""

import re

_INVALID = re.compile("[\0\ud800-\udfff]")


def is_valid_text(text: str) -> bool:
    """Return whether `text` has no NUL, which ends a string in C, and no lone surrogate, which
    UTF-8 cannot encode."""
    if "\0" in text:
        return False
    if text.isascii():  # which saves encoding the usual text
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def replace_invalid(text: str) -> str:
    """Return `text` with U+FFFD for each character that Postgres cannot store."""
    return _INVALID.sub("\ufffd", text)
