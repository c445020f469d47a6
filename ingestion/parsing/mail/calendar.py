"""Invitations and other entries of calendars, as RFC 5545 writes them."""

import re
from collections.abc import Iterator

from ingestion.parsing.sections import Section

# What people call the properties.
_NAMES = {
    "SUMMARY": "Event",
    "DTSTART": "Start",
    "DTEND": "End",
    "DUE": "Due",
    "DURATION": "Duration",
    "RRULE": "Repeats",
    "LOCATION": "Place",
    "ORGANIZER": "Organizer",
    "ATTENDEE": "Attendee",
    "STATUS": "Status",
    "URL": "Address",
    "DESCRIPTION": "Description",
}
_ENTRIES = ("VEVENT", "VTODO", "VJOURNAL")
_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(r'([A-Za-z-]+)((?:;[^:;"]*(?:"[^"]*"[^:;"]*)*)*):(.*)')
_COMMON_NAME = re.compile(r';CN="?([^;":]+)', re.IGNORECASE)
_TIME_ZONE = re.compile(r';TZID="?([^;":]+)', re.IGNORECASE)
_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?")
_ESCAPED = re.compile(r"\\([\\;,nN])")


def calendar_sections(text: str) -> Iterator[Section]:
    """Yield each event as lines such as `Start: 2026-03-05 14:00 Europe/Berlin`, under its name.

    A text that is no calendar is yielded as it stands.
    """
    lines: list[str] = []
    heading, open_entries, found = None, 0, False
    for line in _FOLD.sub("", text).splitlines():
        match = _LINE.fullmatch(line.strip())
        if not match:
            continue
        name, parameters, value = match[1].upper(), match[2], match[3]
        if name == "BEGIN" and value.upper() in _ENTRIES:
            lines, heading, open_entries = [], None, 1
        elif name == "BEGIN" and open_entries:
            open_entries += 1  # an alarm in the event
        elif name == "END" and open_entries:
            open_entries -= 1
            if not open_entries and lines:
                found = True
                yield Section("\n".join(lines), heading=heading)
        elif open_entries == 1 and name in _NAMES and (shown := _shown(name, parameters, value)):
            lines.append(f"{_NAMES[name]}: {shown}")
            heading = shown if name == "SUMMARY" else heading
    if not found:
        yield Section(text)


def _shown(name: str, parameters: str, value: str) -> str:
    """Return a property's value as a person would write it."""
    if name in ("ORGANIZER", "ATTENDEE"):
        address = value.removeprefix("mailto:").removeprefix("MAILTO:")
        person = _COMMON_NAME.search(parameters)
        return f"{person[1]} <{address}>" if person and person[1] != address else address
    if name in ("DTSTART", "DTEND", "DUE") and (time := _TIME.fullmatch(value)):
        year, month, day, hour, minute, _, is_utc = time.groups()
        if hour is None:
            return f"{year}-{month}-{day}"
        zone = _TIME_ZONE.search(parameters)
        where = " UTC" if is_utc else f" {zone[1]}" if zone else ""
        return f"{year}-{month}-{day} {hour}:{minute}{where}"
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value).strip()
