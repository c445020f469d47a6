"""Lists as Word counts them: levels, counters that lists share, and the labels of paragraphs."""

import re
from dataclasses import dataclass, field

from ingestion.parsing.blocks.list_numbers import list_number

LEVELS = 9
_PLACE = re.compile(r"%([1-9])")


@dataclass
class Level:
    start: int = 1
    format: str = "decimal"
    text: str = ""  # `%1.%2` stands for the numbers of the first two levels
    style: str | None = None


@dataclass
class AbstractList:
    """An abstract list, the look of lists. Lists with the same one continue each other's count."""

    levels: dict[int, Level] = field(default_factory=dict)
    counters: list[int | None] = field(default_factory=lambda: [None] * LEVELS)


@dataclass
class NumberedList:
    abstract: AbstractList
    levels: dict[int, Level] = field(default_factory=dict)
    restarts: dict[int, int] = field(default_factory=dict)

    def level(self, depth: int) -> Level:
        own = self.levels.get(depth) or self.abstract.levels.get(depth)
        return own or Level(format="bullet")

    def next_label(self, depth: int) -> str:
        """Count the list's next paragraph. Return its number, `-` for a bullet, or nothing."""
        level = self.level(depth)
        self._count(depth)
        if level.format == "bullet":
            return "-"
        return _PLACE.sub(lambda place: self._number(int(place[1]) - 1), level.text).strip()

    def _count(self, depth: int) -> None:
        counters = self.abstract.counters
        number, restart = counters[depth], self.restarts.pop(depth, None)
        if restart is not None:
            counters[depth] = restart
        elif number is None:
            counters[depth] = self.level(depth).start
        else:
            counters[depth] = number + 1
        counters[depth + 1 :] = [None] * (LEVELS - depth - 1)

    def _number(self, depth: int) -> str:
        level, number = self.level(depth), self.abstract.counters[depth]
        return list_number(level.start if number is None else number, level.format)
