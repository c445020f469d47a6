"""The bullets and numbers of the paragraphs of a shape."""

from lxml.etree import _Element

from ingestion.parsing.blocks.list_numbers import list_number
from ingestion.parsing.containers.xml_parts import as_int, attribute, local_name

_LEVELS = 9
_BULLETS = ("buNone", "buChar", "buBlip", "buAutoNum")
_FORMATS = {
    "alphaLc": "lowerLetter",
    "alphaUc": "upperLetter",
    "romanLc": "lowerRoman",
    "romanUc": "upperRoman",
}
_FRAMES = {"ParenBoth": "({})", "ParenR": "{})", "Plain": "{}", "Period": "{}."}


class ShapeLists:
    """Counts the numbered paragraphs of one shape, in order."""

    def __init__(self, body: _Element) -> None:
        self._styles = body.find("{*}lstStyle")
        self._counts: dict[int, tuple[str, int]] = {}  # (scheme, number) by level

    def label(self, settings: _Element | None) -> str:
        """Return the next paragraph's label: its number, `-` for a bullet, or nothing."""
        level = 0 if settings is None else as_int(settings.get("lvl"), 0)
        level = min(max(level, 0), _LEVELS - 1)
        bullet = _bullet(settings)
        if bullet is None and self._styles is not None:
            bullet = _bullet(self._styles.find(f"{{*}}lvl{level + 1}pPr"))
        kind = "buNone" if bullet is None else local_name(bullet)
        if self._counts:
            self._counts = {at: count for at, count in self._counts.items() if at <= level}
        if kind != "buAutoNum":
            self._counts.pop(level, None)
            return "" if kind == "buNone" else "-"
        scheme = attribute(bullet, "type") or "arabicPeriod"
        start = as_int(attribute(bullet, "startAt"), 1)
        last_scheme, last = self._counts.get(level, ("", 0))
        key = f"{scheme} {start}"
        number = last + 1 if last_scheme == key else start
        self._counts[level] = (key, number)
        return _shown(scheme, number)


def _bullet(settings: _Element | None) -> _Element | None:
    if settings is None or not len(settings):
        return None
    return next(settings.iterchildren(*(f"{{*}}{name}" for name in _BULLETS)), None)


def _shown(scheme: str, number: int) -> str:
    """Format a number: 3. or d) or (iv), or in digits for a scheme of another script."""
    frame = next((shown for end, shown in _FRAMES.items() if scheme.endswith(end)), "{}.")
    format_ = next((name for start, name in _FORMATS.items() if scheme.startswith(start)), None)
    return frame.format(list_number(number, format_))
