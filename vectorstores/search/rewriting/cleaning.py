import re

_QUOTES = (  # what opens, what closes
    ("```", "```"),
    ('"', '"'),
    ("'", "'"),
    ("`", "`"),
    ("“", "”"),
    ("„", "“"),
    ("\u2018", "\u2019"),
    ("«", "»"),
    ("»", "«"),
    ("「", "」"),
)
# Control characters, and halves of surrogate pairs, which cannot be sent on.
_NOT_TEXT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def clean(reply: str) -> str:
    """A chat model's reply as a query of one line: without what it thought aloud before it, and
    without quotes around all of it."""
    after_thoughts = reply.rpartition("</think>")[2]
    said = after_thoughts.partition("<think>")[0]  # thoughts without an end
    line = " ".join(_NOT_TEXT.sub(" ", said).split())
    while (inner := _unquoted(line)) != line:
        line = inner
    return line


def _unquoted(text: str) -> str:
    for opening, closing in _QUOTES:
        inner = text.removeprefix(opening).removesuffix(closing)
        is_quoted = text == f"{opening}{inner}{closing}"
        if is_quoted and opening not in inner and closing not in inner:
            return inner.strip()
    return text
