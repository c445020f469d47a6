"""Charts and diagrams of Word and PowerPoint, which are separate parts of the package."""

from collections.abc import Iterator

from lxml.etree import _Element

from ingestion.parsing.blocks import Block, join_cells


def chart_blocks(
    root: _Element, page: int | None = None, heading: str | None = None
) -> Iterator[Block]:
    """Yield a row for each text, then a row for each category with its stored values."""
    texts = (
        " ".join("".join(text.text or "" for text in paragraph.iter("{*}t")).split())
        for paragraph in root.iter("{*}p")
    )
    lines = [text for text in texts if text]
    series = list(root.iter("{*}ser"))
    names = [" ".join(_values(one, "tx").values()) for one in series]
    columns = [_values(one, "val") for one in series]
    categories = _values(series[0], "cat") if series else {}
    if any(names) or categories:
        lines.append(join_cells(["", *names]))
    for index, category in categories.items():
        lines.append(join_cells([category, *(column.get(index, "") for column in columns)]))
    for number, line in enumerate(lines):
        yield Block(line, page, heading, "row", starts_table=number == 0)


def _values(series: _Element, role: str) -> dict[str, str]:
    """Return the names, values or categories of a series by their index."""
    return {
        point.get("idx", ""): " ".join((value.text or "").split())
        for part in series.iterfind(f"{{*}}{role}")
        for point in part.iter("{*}pt")
        if (value := point.find("{*}v")) is not None
    }
