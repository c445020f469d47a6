"""The sections of a mail of any format: its header lines and its text."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from ingestion.last_errors import IngestionError
from ingestion.parsing.sections import Section


def header_section(headers: Mapping[str, str], subject: str | None) -> Section:
    """Return a section under the subject, with a line for each header that has a value."""
    lines = (f"{name}: {' '.join(value.split())}" for name, value in headers.items() if value)
    return Section("\n".join(lines), heading=subject)


def body_sections(
    body: Iterable[Section], subject: str | None, noun: str = "mail"
) -> Iterator[Section]:
    """Yield the text of a mail under its own headings, or else under the subject.

    If the text cannot be read, yield the reason instead, since the attachments may be what matters.
    """
    try:
        for section in body:
            yield replace(section, heading=section.heading or subject)
    except IngestionError as error:
        yield Section(f"(The text of the {noun} is not read: {error})", heading=subject)
