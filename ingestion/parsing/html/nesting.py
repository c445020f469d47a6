"""Limits on the depth of a page and on the attributes of a tag.

They exist because an HTML parser's time grows with the square of either.
"""

import re
from collections import Counter

from ingestion.last_errors import CorruptFile

# Browsers stop at 512; parsing takes a second for 20,000, and 2.5 minutes for 200,000.
MAX_OPEN_TAGS = 2_000
MAX_ATTRIBUTES = 2_000  # of one tag, since 20,000 take two seconds

# A tag is split as browsers do: a quote that does not begin a value is an ordinary character.
_ATTRIBUTE = r"=?+[^\s/>=]++(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"'][^\s>]*+)?+)?+"
_ATTRIBUTES = re.compile(_ATTRIBUTE)
TAG = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(script|style|svg|math)\b.*?(?:</\1|\Z)"
    rf"|<(/?)([a-z][^\s/>]*)((?:[\s/]++|{_ATTRIBUTE}|=)*+)",
    re.DOTALL | re.IGNORECASE,
)
_CLOSE_THEMSELVES = {
    *("a", "area", "base", "body", "br", "col", "dd", "dt", "embed", "head", "hr", "html", "img"),
    *("input", "li", "link", "meta", "option", "p", "param", "source", "tbody", "td", "tfoot"),
    *("th", "thead", "tr", "track", "wbr"),
}


def check_nesting(html: str) -> None:
    """Raise CorruptFile if a page opens too many tags at once, or a tag has too many attributes."""
    still_open: Counter[str] = Counter()
    depth = 0
    for tag in TAG.finditer(html):
        name = (tag[3] or "").lower()
        attributes = tag[4] or ""
        if (
            len(attributes) > MAX_ATTRIBUTES
            and len(_ATTRIBUTES.findall(attributes)) > MAX_ATTRIBUTES
        ):
            raise CorruptFile(
                f"It has a tag with more than {MAX_ATTRIBUTES:,} attributes:"
                " repair the page, or upload its text."
            )
        if not name or name in _CLOSE_THEMSELVES:
            continue
        if not tag[2]:
            still_open[name] += 1
            depth += 1
        elif still_open[name]:
            still_open[name] -= 1
            depth -= 1
        if depth > MAX_OPEN_TAGS:
            raise CorruptFile(
                f"It opens more than {MAX_OPEN_TAGS:,} HTML tags without closing them:"
                " repair the page, or upload its text."
            )
