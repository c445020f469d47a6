"""The words of charts and diagrams, which are parts of their own."""

from collections.abc import Iterator

from lxml.etree import _Element

from ingestion.parsing.blocks import row


def drawn(root: _Element) -> Iterator[str]:
    """Line by line: the texts, then of a chart the values it has in store, by category."""
    for paragraph in root.iter("{*}p"):
        text = " ".join("".join(t.text or "" for t in paragraph.iter("{*}t")).split())
        if text:
            yield text
    series = list(root.iter("{*}ser"))
    names = [" ".join(_values(one, "tx").values()) for one in series]
    columns = [_values(one, "val") for one in series]
    categories = _values(series[0], "cat") if series else {}
    if any(names) or categories:
        yield row(["", *names])
    for index, category in categories.items():
        yield row([category, *(column.get(index, "") for column in columns)])


def _values(series: _Element, role: str) -> dict[str, str]:
    """By their number in the series."""
    return {
        point.get("idx", ""): " ".join((value.text or "").split())
        for part in series.iterfind(f"{{*}}{role}")
        for point in part.iter("{*}pt")
        if (value := point.find("{*}v")) is not None
    }
