"""Charts and diagrams of Word and PowerPoint, which are parts of their own."""

from collections.abc import Iterator

from lxml.etree import _Element

from ingestion.parsing.blocks import Block, row


def chart_blocks(
    root: _Element, page: int | None = None, heading: str | None = None
) -> Iterator[Block]:
    """Yield a row for each text, and then the values that a chart has in store, by category."""
    for number, line in enumerate(_lines(root)):
        yield Block(line, page, heading, "row", opens=number == 0)


def _lines(root: _Element) -> Iterator[str]:
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
    """Return the names, values or categories of a series by their number."""
    return {
        point.get("idx", ""): " ".join((value.text or "").split())
        for part in series.iterfind(f"{{*}}{role}")
        for point in part.iter("{*}pt")
        if (value := point.find("{*}v")) is not None
    }
