"""Reports of mail servers: why a mail was not delivered, or that it was read."""

from collections.abc import Iterator
from email.message import Message

from ingestion.parsing.mail.headers import decoded_value
from ingestion.parsing.sections import Section

_MAX_FIELDS = 1_000


def report_sections(part: Message) -> Iterator[Section]:
    """Yield the fields of a report, a line each, with a blank line between recipients.

    RFC 3464 calls it message/delivery-status: groups of fields. The first is about the mail, and
    each other about one recipient. The library parses a group as a message.
    """
    payload = part.get_payload()
    groups = payload if isinstance(payload, list) else [payload]
    texts = (_fields(group) if isinstance(group, Message) else str(group) for group in groups)
    yield Section("\n\n".join(text for text in texts if text.strip()))


def _fields(group: Message) -> str:
    lines = [f"{name}: {decoded_value(str(value))}" for name, value in group.raw_items()]
    rest = group.get_payload()
    if isinstance(rest, str) and rest.strip():
        lines.append(rest.strip())
    return "\n".join(lines[:_MAX_FIELDS])
