"""The outcome of reading a hostile file, and its comparison with the expected one."""

import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ingestion.chunking import Chunk
from ingestion.last_errors import IngestionError
from tests.ingestion.hostile.corpus import Bait, Ending, Hostile, Text

SECRET = "what only this machine should know"


@dataclass(frozen=True)
class Read:
    """The outcome of a file that was read: the expected or forbidden words found in its text."""

    words: frozenset[str]


Outcome = Read | IngestionError


def outcome(file: Hostile, chunks: Iterable[Chunk]) -> Outcome:
    """Read a file to its end without keeping its text, since some are long."""
    sought = {SECRET, *(word for text in _texts(file) for word in (*text.words, *text.without))}
    words: set[str] = set()
    try:
        for chunk in chunks:
            words |= {word for word in sought - words if word in chunk.text}
    except IngestionError as error:
        return error
    return Read(frozenset(words))


def is_expected(file: Hostile, outcome: Outcome) -> bool:
    return any(_matches(ending, outcome) for ending in file.endings)


def _matches(ending: Ending, outcome: Outcome) -> bool:
    match ending, outcome:
        case Text(words, without), Read(found):
            return found.issuperset(words) and found.isdisjoint((SECRET, *without))
        case IngestionError() | type(), IngestionError():
            error = ending() if isinstance(ending, type) else ending
            return (type(outcome), str(outcome)) == (type(error), str(error))
    return False


def _texts(file: Hostile) -> list[Text]:
    return [ending for ending in file.endings if isinstance(ending, Text)]


@dataclass(frozen=True)
class Trap:
    """A secret on the disk, and a server that notices connections."""

    bait: Bait
    server: socket.socket

    def is_untouched(self) -> bool:
        try:
            self.server.accept()
        except BlockingIOError:
            return True
        return False


@contextmanager
def trap(directory: Path) -> Iterator[Trap]:
    secret = directory / "secret.txt"
    secret.write_text(f"{SECRET}\n")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield Trap(Bait(secret, f"http://127.0.0.1:{server.getsockname()[1]}/"), server)
