"""Files made to break a parser, each with its expected ending.

A builder writes one file and states exactly how reading it ends:

    @hostile("letters.txt", text("aaaa"))
    def one_letter_a_million_times(path: Path) -> None:
        path.write_text("a" * 1_000_000)

    @hostile("half.docx", CorruptFile)  # with the default message
    def the_first_half_of_a_document(path: Path) -> None: ...

    @hostile("noise.docx", CorruptFile("Its name ends in .docx but …"))
    def noise_called_docx(path: Path) -> None: ...

A file has several endings if the ending depends on what is installed. The builder's name, or its
docstring, describes the file to people. Building is deterministic.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ingestion.last_errors import IngestionError


@dataclass(frozen=True)
class Text:
    """An ending: the file is read, and its text has all `words` and none of `without`."""

    words: tuple[str, ...]
    without: tuple[str, ...] = ()


Ending = type[IngestionError] | IngestionError | Text


def text(*words: str, without: tuple[str, ...] = ()) -> Text:
    return Text(words, without)


@dataclass(frozen=True)
class Bait:
    """A secret file and an address, which hostile files try to reach, so that tests can tell."""

    secret: Path
    url: str


@dataclass(frozen=True)
class Hostile:
    """A file of the corpus, with its possible `endings`. Reading a `slow` one takes minutes."""

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
    """Add the file that the decorated function writes to the corpus, under a user's filename."""

    def add(build: Builder) -> Builder:
        _add(Hostile(name, _about(build), lambda path, _: build(path), endings, slow=slow))
        return build

    return add


def baited(name: str, *endings: Ending) -> Callable[[BaitedBuilder], BaitedBuilder]:
    """Add a file that tries to make its reader open the bait's file or address."""

    def add(build: BaitedBuilder) -> BaitedBuilder:
        _add(Hostile(name, _about(build), build, endings, baited=True))
        return build

    return add


def files(*, slow: bool = False) -> list[Hostile]:
    """Return all files, sorted by name. Slow ones are only included on request."""
    package = importlib.import_module("tests.ingestion.hostile")
    for module in pkgutil.iter_modules(package.__path__):
        if not module.name.startswith(("test_", "conftest", "__")):
            importlib.import_module(f"{package.__name__}.{module.name}")
    return [_CORPUS[name] for name in sorted(_CORPUS) if slow or not _CORPUS[name].slow]


def _add(file: Hostile) -> None:
    if file.name in _CORPUS or not file.endings:
        raise ValueError(f"{file.name}: is in the corpus twice, or has no ending")
    _CORPUS[file.name] = file


def _about(build: Builder | BaitedBuilder) -> str:
    return (build.__doc__ or build.__name__.replace("_", " ")).strip()
