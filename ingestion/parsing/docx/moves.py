"""Text that was moved while changes were recorded, and is stored in both places."""

from zipfile import ZipFile

from ingestion.parsing.containers.xml_parts import attribute, events, mentions


def moved_away(archive: ZipFile, part: str) -> frozenset[str]:
    """Return the ids of the ranges whose text was moved away and is not marked run by run.

    Only ranges with an end and a destination count, since no other would leave the text somewhere.
    Where runs are marked, the others in the range were written later.
    """
    if not mentions(archive, part, b"moveFromRangeStart"):
        return frozenset()
    names: dict[str, str | None] = {}
    ended: set[str] = set()
    marked: set[str] = set()
    destinations: set[str | None] = set()
    open_ranges: set[str] = set()
    tags = ("moveFrom", "moveFromRangeEnd", "moveFromRangeStart", "moveToRangeStart")
    with archive.open(part) as file:
        for event, tag, element in events(file, tags, ("p",)):
            key = attribute(element, "id") or ""
            if event == "start":
                continue
            if tag == "moveFromRangeStart":
                names[key] = attribute(element, "name")
                open_ranges.add(key)
            elif tag == "moveFromRangeEnd":
                open_ranges.discard(key)
                ended.add(key)
            elif tag == "moveToRangeStart":
                destinations.add(attribute(element, "name"))
            elif tag == "moveFrom" and len(element):
                marked |= open_ranges
    found = {key for key, name in names.items() if name in destinations}
    return frozenset(found & ended - marked)
