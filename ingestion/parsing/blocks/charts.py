"""Charts and diagrams of Office files, which are separate parts of the package.

Charts come in two dialects: that of 2007, and that of 2016 for waterfalls, treemaps, funnels,
histograms and maps. Both become the texts around the chart and a table of its stored values.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby

from lxml.etree import _Element

from ingestion.parsing.blocks import Block, join_cells
from ingestion.parsing.blocks.drawing_text import paragraph_text
from ingestion.parsing.containers.xml_parts import as_int, attribute
from ingestion.parsing.number_formats import number_format, value_text

Points = dict[int, str]  # values or names by their index

_TABLE_COLUMNS = 100  # series, since a hostile chart has thousands, each with one value


@dataclass
class _Series:
    name: str
    labels: list[Points]  # the names of its points, the outermost level first
    columns: list[Points]  # its values, and for bubbles their sizes


def chart_blocks(
    root: _Element, page: int | None = None, heading: str | None = None
) -> Iterator[Block]:
    """Yield a row for each text, then a row for each category with its stored values."""
    lines = chain(chart_texts(root), _lines(list(_all_series(root))))
    for number, line in enumerate(lines):
        yield Block(line, page, heading, "row", starts_table=number == 0)


def chart_texts(root: _Element) -> list[str]:
    """Return the titles of a chart and of its axes, then its other texts."""
    titles = list(root.iter("{*}title"))
    within = {id(paragraph): paragraph for title in titles for paragraph in title.iter("{*}p")}
    others = (_text(one) for one in root.iter("{*}p") if id(one) not in within)
    return [text for text in (*map(_title, titles), *others) if text]


def _title(title: _Element) -> str:
    """Return a title's own text, or else the stored text of the cell that it shows."""
    own = title.find("{*}tx")
    holder = title if own is None else own
    written = " ".join(filter(None, map(_text, holder.iter("{*}p"))))
    return written or " ".join(filter(None, map(_words, holder.iter("{*}v"))))


def _text(paragraph: _Element) -> str:
    return " ".join(paragraph_text(paragraph).split())


def _words(element: _Element) -> str:
    return " ".join((element.text or "").split())


def _all_series(root: _Element) -> Iterator[_Series]:
    is_1904 = attribute(root.find("{*}date1904"), "val") in ("1", "true")
    for series in root.iter("{*}ser"):
        labels = [
            level for role in ("cat", "xVal") for level in _levels(series, role, is_1904=is_1904)
        ]
        remarks = [_points(part) for part in series.iter("{*}datalabelsRange")]
        columns = [
            _points(part, is_1904=is_1904)
            for role in ("val", "yVal", "bubbleSize")
            for part in series.iterfind(f"{{*}}{role}")
        ]
        yield _Series(_name(series), labels, [*columns, *remarks])
    sets = {attribute(data, "id"): data for data in root.iterfind("{*}chartData/{*}data")}
    names = {
        attribute(series.find("{*}dataId"), "val"): _name(series)
        for series in root.iter("{*}series")
    }
    for data_id, data in sets.items():
        yield _series_of_2016(names.get(data_id, ""), data)


def _series_of_2016(name: str, data: _Element) -> _Series:
    labels: list[Points] = []
    columns = []
    for dimension in data.iterchildren("{*}strDim", "{*}numDim"):
        levels = [_points(level) for level in dimension.iterfind("{*}lvl")]
        kind = attribute(dimension, "type")
        if kind == "cat":
            labels += _filled(levels)
        elif kind != "entityId":
            columns += levels
    return _Series(name, labels, columns)


def _name(series: _Element) -> str:
    own = series.find("{*}tx")
    return "" if own is None else " ".join(filter(None, map(_words, own.iter("{*}v"))))


def _levels(series: _Element, role: str, *, is_1904: bool) -> list[Points]:
    """Return the names of a series' points, the outermost level first."""
    part = series.find(f"{{*}}{role}")
    if part is None:
        return []
    levels = list(part.iter("{*}lvl"))
    return _filled([_points(level, is_1904=is_1904) for level in levels or [part]])


def _filled(levels: list[Points]) -> list[Points]:
    """Return levels from the outermost to the innermost, with names repeated over their groups.

    Files list the innermost first, and the name of a group only at its first point.
    """
    inner, *outer = levels or [{}]
    filled = [inner] if inner else []
    for names in outer:
        last, ordered = "", {}
        for index in sorted({*inner, *names}):
            last = names.get(index, last)
            ordered[index] = last
        filled.insert(0, ordered)
    return filled


def _points(part: _Element, *, is_1904: bool = False) -> Points:
    """Return the stored values of a part by their index, as the chart shows numbers.

    A literal value has the index 0.
    """
    found = {}
    for point in part.iter("{*}pt"):
        value = point.find("{*}v")
        # In the dialect of 2016 the value is the point's own text.
        if words := _words(point if value is None else value):
            code = point.get("formatCode") or _format_code(point.getparent())
            if code:
                words = value_text(words, number_format(-1, code), is_1904=is_1904)
            found[as_int(point.get("idx"), 0)] = words
    return found


def _format_code(stored: _Element | None) -> str:
    """Return the format of stored numbers, or nothing for stored strings."""
    if stored is None:
        return ""
    return str(stored.get("formatCode") or stored.findtext("{*}formatCode") or "")


def _lines(found: list[_Series]) -> Iterator[str]:
    """Yield the lines of a table for each run of series with the same names of points."""
    labels: list[Points] = []
    for series in found:
        # A series without names of its own shares those of the one before it.
        labels = series.labels = series.labels or labels
    for _, run in groupby(_numbered(found), key=lambda numbered: numbered[0]):
        together = [series for _, series in run]
        for start in range(0, len(together), _TABLE_COLUMNS):
            yield from _table(together[start : start + _TABLE_COLUMNS])


def _numbered(found: Iterable[_Series]) -> Iterator[tuple[int, _Series]]:
    """Yield series with the number of their run, in which all have the same names of points."""
    number, labels = 0, None
    for series in found:
        if series.labels != labels:
            number, labels = number + 1, series.labels
        yield number, series


def _table(part: list[_Series]) -> Iterator[str]:
    labels = part[0].labels
    columns = [column for series in part for column in series.columns]
    names = [name for one in part for name in [one.name, *[""] * (len(one.columns) - 1)]]
    if any(names):
        yield join_cells([*[""] * len(labels), *names])
    for index in sorted({index for points in (*labels, *columns) for index in points}):
        cells = [points.get(index, "") for points in (*labels, *columns)]
        if any(cells):
            yield join_cells(cells)
