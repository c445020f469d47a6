"""Files made to break a parser, each with how it has to end.

A builder writes one file and says how reading it ends, to the word:

    @hostile("letters.txt", text("aaaa"))
    def one_letter_a_million_times(path: Path) -> None:
        path.write_text("a" * 1_000_000)

    @hostile("half.docx", CorruptFile)  # and what all of these say
    def the_first_half_of_a_document(path: Path) -> None: ...

    @hostile("noise.docx", CorruptFile("Its name ends in .docx but …"))
    def noise_called_docx(path: Path) -> None: ...

It has more than one ending where that depends on what is installed. The builder's name, or its
docstring, is what people read of it. Building is deterministic.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ingestion.last_errors import IngestionError


@dataclass(frozen=True)
class Text:
    """The file is read, and these words are in what comes out; `without` are not."""

    words: tuple[str, ...]
    without: tuple[str, ...] = ()


Ending = type[IngestionError] | IngestionError | Text


def text(*words: str, without: tuple[str, ...] = ()) -> Text:
    return Text(words, without)


@dataclass(frozen=True)
class Bait:
    """What a file that reaches out of itself reaches for, so that a test sees whether it got it."""

    secret: Path
    url: str


@dataclass(frozen=True)
class Hostile:
    """`endings` are the ways in which reading it may end. A slow one is too much for every run."""

    name: str
    about: str
    build: Callable[[Path, Bait], None]
    endings: tuple[Ending, ...]
    baited: bool = False
    slow: bool = False


_CORPUS: dict[str, Hostile] = {}

Builder = Callable[[Path], None]
BaitedBuilder = Callable[[Path, Bait], None]


def hostile(name: str, *endings: Ending, slow: bool = False) -> Callable[[Builder], Builder]:
    """Adds what the decorated function writes to the corpus, under a name that users might give."""

    def add(build: Builder) -> Builder:
        _add(Hostile(name, _about(build), lambda path, _: build(path), endings, slow=slow))
        return build

    return add


def baited(name: str, *endings: Ending) -> Callable[[BaitedBuilder], BaitedBuilder]:
    """The same for a file that tries to have the bait read or called."""

    def add(build: BaitedBuilder) -> BaitedBuilder:
        _add(Hostile(name, _about(build), build, endings, baited=True))
        return build

    return add


def files(*, slow: bool = False) -> list[Hostile]:
    """Every file, by its name; those that take minutes only if asked for."""
    package = importlib.import_module("tests.ingestion.hostile")
    for module in pkgutil.iter_modules(package.__path__):
        if not module.name.startswith(("test_", "conftest", "__")):
            importlib.import_module(f"{package.__name__}.{module.name}")
    return [_CORPUS[name] for name in sorted(_CORPUS) if slow or not _CORPUS[name].slow]


def _add(file: Hostile) -> None:
    if file.name in _CORPUS or not file.endings:
        raise ValueError(f"{file.name}: twice in the corpus, or nobody knows how it ends")
    _CORPUS[file.name] = file


def _about(build: Builder | BaitedBuilder) -> str:
    return (build.__doc__ or build.__name__.replace("_", " ")).strip()
