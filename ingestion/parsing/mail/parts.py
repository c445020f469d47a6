"""What a mail consists of."""

from email.message import Message

Part = Message

_TEXTS = ("text/plain", "text/html")
_OF_PAGES = ("image", "font", "audio", "video")
_STYLES = ("text/css", "text/javascript", "application/javascript")


def divided(mail: Part) -> tuple[list[Part], list[Part]]:
    """The parts that are the mail's text, and those attached to it, in their order.

    Of alternatives the plain text is taken, or the page where there is none.
    """
    bodies: list[Part] = []
    attached: list[Part] = []
    waiting = [mail]
    while waiting:
        part = waiting.pop()
        kind = part.get_content_type()
        if kind == "message/rfc822":
            attached.append(part)
        elif kind == "multipart/alternative":
            waiting += _best(_parts(part))
        elif part.is_multipart():
            waiting += reversed(_parts(part))
        elif kind in _TEXTS and part.get_content_disposition() != "attachment":
            bodies.append(part)
        elif not _is_of_the_page(part):
            attached.append(part)
    return bodies, attached


def content(part: Part) -> bytes:
    if part.get_content_type() == "message/rfc822":
        return b"".join(inner.as_bytes() for inner in _parts(part))
    decoded = part.get_payload(decode=True)
    return decoded if isinstance(decoded, bytes) else b""


def _parts(part: Part) -> list[Part]:
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if part.is_multipart() else []


def _best(alternatives: list[Part]) -> list[Part]:
    """They come the plainest first. What is empty was written for nobody."""
    for part in alternatives:
        if part.get_content_type() == "text/plain" and content(part).strip():
            return [part]
    pages = [part for part in alternatives if _has_page(part)]
    return pages[-1:] or alternatives[-1:]


def _has_page(part: Part) -> bool:
    return part.is_multipart() or part.get_content_type() == "text/html"


def _is_of_the_page(part: Part) -> bool:
    """A picture, font or style that a page refers to, and nobody attached."""
    referred = part["Content-ID"] or part["Content-Location"]
    belongs = part.get_content_maintype() in _OF_PAGES or part.get_content_type() in _STYLES
    return bool(referred and belongs and part.get_content_disposition() != "attachment")
