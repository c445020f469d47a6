"""Write in plain text what running text shows without letters.

Links, pictures, superscripts and check boxes are facts, and every format has them. They are written
the same way in all, so that a search finds them the same way.
"""

import re

MAX_ADDRESS = 1_000  # characters; longer ones are data or track who clicks
MAX_DESCRIPTION = 2_000  # characters of a picture's description

# Addresses that lead out of the document or name somebody. The others, such as `javascript:`,
# `data:` and names of places in the document, say nothing to a reader of the text.
_ABSOLUTE = re.compile(r"(?:https?|ftps?|sftp|file|ldaps?|geo|urn|doi):.+", re.IGNORECASE)
_OF_A_PERSON = re.compile(r"(?:mailto|tel|sips?):([^?]+).*", re.IGNORECASE)
_RELATIVE = re.compile(r"[^:#?][^:]*")
_PICTURE_FILE = re.compile(
    r"[a-z]:[\\/].*|(?:https?|file|cid):\S*"
    r"|(?:\S+|[\w ()&+-]{1,60})\.(?:png|jpe?g|jfif|gif|bmp|tiff?|svg|[ew]mf|webp|pict?|pdf)",
    re.IGNORECASE,
)
_POWER = re.compile(r"[-+\u2212\u2013]?(?:\d[\d.,/]*[a-z]?|[a-z])[-+\u2212]?", re.IGNORECASE)


def link(text: str, address: str) -> str:
    """Return a link's text with its address behind it in parentheses.

    Leave out an address that the text shows already, and one that leads nowhere outside of the
    document. An address without a text stands alone.
    """
    shown = _shown(address)
    if not shown or _plain(shown) in _plain(text):
        return text
    if not text.strip():
        return shown
    bare = text.rstrip()
    return f"{bare} ({shown}){text[len(bare) :]}"


def picture(description: str) -> str:
    """Return a picture's alternative text in brackets. Return nothing for a mere file name."""
    description = " ".join(description.split())[:MAX_DESCRIPTION]
    return f"[{description}]" if description and not _PICTURE_FILE.fullmatch(description) else ""


def superscript(text: str) -> str:
    """Return a superscript with a caret if it is a number or one letter, such as `^6` or `^-4`.

    Without the caret, a power of ten becomes another number. Words such as the ending of "1st" are
    returned as they are.
    """
    bare = text.strip()
    if not _POWER.fullmatch(bare):
        return text
    before = text[: len(text) - len(text.lstrip())]
    after = text[len(text.rstrip()) :]
    return f"{before}^{bare}{after}"


def check_box(checked: bool) -> str:
    """Return the character of a check box that is ticked or empty."""
    return "\u2612" if checked else "\u2610"


def _shown(address: str) -> str:
    """Return an address as a person would write it, or nothing if it does not help a person."""
    address = address.strip()
    if len(address) > MAX_ADDRESS:
        return ""
    if match := _OF_A_PERSON.fullmatch(address):
        return match[1]
    return address if _ABSOLUTE.fullmatch(address) or _RELATIVE.fullmatch(address) else ""


def _plain(address: str) -> str:
    return re.sub(r"^\w+://(?:www\.)?|/$", "", address.strip().lower())
