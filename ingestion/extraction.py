"""From files' bytes to their chunks, in the sandbox."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from ingestion.last_errors import IngestionError
from ingestion.sandbox import get_sandbox
from ingestion.sandbox.reader import Reader
from ingestion.sandbox.validation import ParserBug
from ingestion.spool import on_disk
from ingestion.work import Work
from vectorstores.models import Stage

log = logging.getLogger(__name__)

Check = Callable[[], None]
Parse = Callable[[Work], None]


@contextmanager
def reading(works: Sequence[Work], check: Check) -> Iterator[Parse]:
    """What parses each of these, which have one owner.

    It raises IngestionError for what is wrong with the file, and whatever `check` raises. A file
    over which our reader trips is read by the general parser, and the log says so; ParserBug is
    raised where that does not read this kind of file.
    """
    with ExitStack() as opened:
        paths = {work: opened.enter_context(on_disk(work.store_file.file)) for work in works}
        reader = opened.enter_context(get_sandbox().reader([*paths.values()]))
        yield lambda work: _parse(work, paths[work], reader, check)


def _parse(work: Work, path: Path, reader: Reader, check: Check) -> None:
    try:
        _add_chunks_fairly(work, path, reader, check)
    except ParserBug as bug:
        log.error("Over file %s our reader trips, which is a bug.", work, exc_info=bug)
        work.start_over()
        _add_chunks(work, path, reader, check, generally=True)
    work.stage = Stage.EMBEDDING


def _add_chunks_fairly(work: Work, path: Path, reader: Reader, check: Check) -> None:
    """What goes wrong in a process that has read other files is not believed: time and memory
    that these took would count for this one."""
    try:
        _add_chunks(work, path, reader, check)
    except (IngestionError, ParserBug):
        if not reader.had_read_others:
            raise
        work.start_over()
        _add_chunks(work, path, reader, check)


def _add_chunks(
    work: Work, path: Path, reader: Reader, check: Check, *, generally: bool = False
) -> None:
    store_file = work.store_file
    chunks = reader.chunks(
        path,
        store_file.file.filename,
        max_tokens=store_file.max_chunk_size_tokens,
        overlap_tokens=store_file.chunk_overlap_tokens,
        generally=generally,
        check=check,
    )
    with closing(chunks):
        for chunk in chunks:
            check()
            work.chunks.add(chunk)
