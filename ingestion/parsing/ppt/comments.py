"""Comments on slides of old PowerPoint, which are in an extension of 2002."""

from collections.abc import Iterator

from ingestion.parsing.ppt import records as ppt
from ingestion.parsing.ppt.records import Record

_AUTHOR, _TEXT = 0, 1  # the instance numbers of a comment's strings


def comments(slide: Record) -> Iterator[str]:
    """Yield each comment as a line with its author's name."""
    for extension in slide.all(ppt.EXTENSION):
        # Its records are not marked as being in a container.
        container = Record(extension.data, extension.type, 0, is_container=True)
        for comment in container.all(ppt.COMMENT):
            strings = {
                one.instance: " ".join(str(one.data, "utf-16-le", "replace").split())
                for one in comment.records()
                if one.type == ppt.STRING
            }
            if text := strings.get(_TEXT):
                name = strings.get(_AUTHOR)
                yield f"Comment by {name}: {text}" if name else f"Comment: {text}"
