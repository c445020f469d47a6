"""Text formats, told by how a text begins. For names that do not say it."""

import re

from ingestion.parsing.kinds import Kind

_PROLOGUE = r"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*"
_HTML = re.compile(_PROLOGUE + r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_XML = re.compile(r"\s*<\?xml\s")
_JSON = re.compile(r'\s*(?:\{\s*"(?:[^"\\\n]|\\.)*"\s*:|\[\s*(?:\{\s*"|"(?:[^"\\\n]|\\.)*"\s*,))')
_HEADERS = re.compile(r"(?:From .+\n)?(?:[A-Za-z][\w-]*:[ \t].*\n(?:[ \t].+\n)*){3}", re.MULTILINE)
_OF_MAIL = re.compile(
    r"^(?:Received|Message-ID|MIME-Version|Return-Path|Delivered-To):", re.IGNORECASE | re.MULTILINE
)
_SENDER = re.compile(r"^From:", re.IGNORECASE | re.MULTILINE)


def kind_by_beginning(text: str) -> Kind | None:
    """The kind of a text, by its first characters with `\\n` line ends. None: it is any text."""
    if _HTML.match(text):
        return Kind.HTML
    if _XML.match(text):
        return Kind.XML
    if _JSON.match(text):
        return Kind.JSON
    return Kind.EML if _is_mail(text) else None


def is_web_page(text: str) -> bool:
    return _HTML.match(text) is not None


def _is_mail(text: str) -> bool:
    headers = text.partition("\n\n")[0]
    return bool(_HEADERS.match(text) and _OF_MAIL.search(headers) and _SENDER.search(headers))
