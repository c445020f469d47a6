"""What shows nothing when it is read."""

import unicodedata

# Spaces, line ends, control characters, and what is there but has no width: zero-width spaces and
# joiners, byte order marks, soft hyphens, marks of direction; what chooses a variant of another
# character; and letters that are left empty.
_INVISIBLE = (
    "".join(
        character
        for character in map(chr, [*range(0x10000), *range(0xE0000, 0xE1000)])
        if character.isspace() or unicodedata.category(character) in ("Cc", "Cf")
    )
    + "".join(map(chr, [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]))
    + ("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
)


def is_blank(text: str) -> bool:
    return not text.strip(_INVISIBLE)
