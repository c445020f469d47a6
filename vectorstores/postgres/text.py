"""Text that Postgres can store. A module of its own, because the sandbox's host needs no more."""


def is_valid_text(text: str) -> bool:
    """Return whether `text` has no NUL, which ends a string in C, and no half of a surrogate pair,
    which has no UTF-8."""
    if "\0" in text:
        return False
    if text.isascii():  # so the usual text is not encoded for this
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
