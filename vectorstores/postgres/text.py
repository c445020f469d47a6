"""What Postgres can keep as text."""

import re

# NUL ends a string in C, and halves of surrogate pairs have no UTF-8.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def is_storable(text: str) -> bool:
    return _UNSTORABLE.search(text) is None
