"""Content controls, the fields of newer forms. What they hold is text, unless it is a placeholder.

The state of a check box is stored beside the character that shows it, whose font differs.
"""

from dataclasses import dataclass

from lxml.etree import _Element

from ingestion.parsing.containers.xml_parts import attribute
from ingestion.parsing.docx.fields import is_on
from ingestion.parsing.inline import check_box

_LOCKS = ("contentLocked", "sdtContentLocked")


@dataclass
class _Control:
    is_placeholder: bool = False
    box: str = ""  # the check box, until it is written


class Controls:
    def __init__(self) -> None:
        self._open: list[_Control] = []

    @property
    def are_open(self) -> bool:
        return bool(self._open)

    def begin(self) -> None:
        self._open.append(_Control())

    def configure(self, settings: _Element) -> None:
        if self._open:
            innermost = self._open[-1]
            # A placeholder that nobody can replace is the author's text.
            is_locked = attribute(settings.find("{*}lock"), "val") in _LOCKS
            is_placeholder = is_on(settings.find("{*}showingPlcHdr"))
            innermost.is_placeholder = is_placeholder and not is_locked
            box = settings.find("{*}checkbox")
            if box is not None:
                innermost.is_placeholder = False
                innermost.box = check_box(is_on(box.find("{*}checked")))

    def end(self) -> None:
        if self._open:
            self._open.pop()

    def shown(self, text: str) -> str:
        """Return the text that is shown for what is stored in the innermost control."""
        if not self._open:
            return text
        innermost = self._open[-1]
        if innermost.is_placeholder:
            return ""
        box, innermost.box = innermost.box, ""
        return box + (text[1:] if box else text)
