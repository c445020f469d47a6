"""What a document's own entities stand for."""

import html
import re

from ingestion.last_errors import CorruptFile

_MAX_DEPTH = 20  # of entities that stand for others
_MAX_USE = 100_000  # characters that one use may stand for
_MAX_USES = 100_000_000  # that all may
_COST = 20  # characters: to look one up takes as long

_USE = re.compile(r"&([^&;#\s]{1,200});")
_TAG = re.compile(r"<[^<>]{1,1000}>")


class Entities:
    """Unfolds them as far as a person would have meant it, and nothing from outside the file."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}
        self._left = _MAX_USES

    def declare(
        self, name: str, is_parameter: bool, value: str | None, *_outside: str | None
    ) -> None:
        if value is not None and not is_parameter:
            self._values.setdefault(name, value)

    def unfold(self, use: str) -> str:
        """The text of `&name;`; one that is not known is left as it is."""
        text = self._unfold(use, 0, self._left - _MAX_USE)
        return html.unescape(_TAG.sub(" ", text))

    def _unfold(self, text: str, depth: int, least: int) -> str:
        parts, end = [], 0
        for use in _USE.finditer(text):
            value = self._values.get(use[1])
            if value is None:
                continue
            self._left -= len(value) + _COST
            if depth > _MAX_DEPTH or self._left < max(0, least):
                raise CorruptFile(
                    f"What its entity &{use[1]}; stands for unfolds without end:"
                    " take it out and upload the file again."
                )
            parts += [text[end : use.start()], self._unfold(value, depth + 1, least)]
            end = use.end()
        return "".join([*parts, text[end:]])
