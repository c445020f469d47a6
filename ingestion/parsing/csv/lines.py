"""The lines of a text that comes in pieces, and what of it has not been used yet."""

from collections.abc import Iterable, Iterator
from itertools import islice

LONGEST = 16_000_000  # characters of a row: a million values, or a book, and hardly a table

_LINE = 64  # characters: what a line takes beside its own


class NoTable(Exception):
    """The text is not, or no longer, made of rows."""


class Lines:
    """Iterates over lines. A reader settles what it has made use of; the rest is not lost."""

    def __init__(self, pieces: Iterable[str]) -> None:
        self.settled = False
        self._pieces = iter(pieces)
        self._begun = ""  # a line whose end has not come yet
        self._ahead: list[str] = []  # whole lines, the next one last
        self._unsettled: list[str] = []
        self._held = 0  # characters of these

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        while not self._ahead:
            if not self._fill():
                if sum(line.count('"') for line in self._unsettled) % 2:
                    raise NoTable  # a quote is still open
                raise StopIteration
        line = self._ahead.pop()
        self._unsettled.append(line)
        self._held += len(line) + _LINE
        if self._held > LONGEST:
            raise NoTable
        return line

    def first(self, count: int) -> list[str]:
        """The first lines with something in them, which are still to come."""
        if not self._ahead:
            self._fill()
        return list(islice((line for line in reversed(self._ahead) if line.strip()), count))

    def settle(self) -> None:
        self._unsettled.clear()
        self._held = 0
        self.settled = True

    def unsettled(self) -> Iterator[str]:
        yield from self._unsettled
        yield from reversed(self._ahead)
        yield self._begun
        yield from self._pieces

    def _fill(self) -> bool:
        """Whether there is another line."""
        parts = [self._begun]
        size = len(self._begun)
        for piece in self._pieces:
            parts.append(piece)
            size += len(piece)
            if "\n" in piece:
                break
            if size > LONGEST:
                self._begun = "".join(parts)
                raise NoTable
        *lines, self._begun = "".join(parts).split("\n")
        self._ahead = [f"{line}\n" for line in reversed(lines)]
        if not lines and self._begun:  # the last line, which nothing ends
            self._ahead, self._begun = [self._begun], ""
        return bool(self._ahead)
