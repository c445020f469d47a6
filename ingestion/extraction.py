"""Extract chunks from files' bytes, in the sandbox."""

import logging
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from django.conf import settings

from ingestion.claims import Claim, check_open
from ingestion.failures import failing_alone
from ingestion.last_errors import IngestionError
from ingestion.sandbox import get_sandbox
from ingestion.sandbox.reader import Reader
from ingestion.sandbox.validation import ParserBug
from ingestion.spool import on_disk
from vectorstores.models import Stage

log = logging.getLogger(__name__)


def extract(claims: Sequence[Claim], check_cancelled: Callable[[], None]) -> None:
    """Parse and chunk these files, which have one owner, so they may share a process.

    A file with something wrong fails; the others go on. Raises ParserBug if a parser of ours fails
    and unstructured does not read this kind of file, and any error of `check_cancelled`.
    """
    with ExitStack() as opened:
        paths: dict[Claim, Path] = {}
        for claim in claims:
            with failing_alone(claim):
                paths[claim] = opened.enter_context(on_disk(claim.store_file.file))
        if not paths:
            return
        reader = opened.enter_context(get_sandbox().reader([*paths.values()]))
        for claim, path in paths.items():
            check_open(claims)
            with failing_alone(claim):
                _parse(claim, path, reader, check_cancelled)


def _parse(claim: Claim, path: Path, reader: Reader, check_cancelled: Callable[[], None]) -> None:
    def read(*, parser: str) -> None:
        claim.discard_chunks()
        chunks = reader.chunks(
            path,
            claim.store_file.file.filename,
            max_tokens=claim.store_file.max_chunk_size_tokens,
            overlap_tokens=claim.store_file.chunk_overlap_tokens,
            parser=parser,
            check=check_cancelled,
            on_warning=claim.warnings.append,
        )
        with closing(chunks):
            for chunk in chunks:
                check_cancelled()
                claim.chunks.add(chunk)

    try:
        try:
            read(parser=settings.PARSER)
        except (IngestionError, ParserBug):
            # A process that has read other files is not believed, because the time and memory
            # that these took count for this one. The next one is new.
            if not reader.had_read_others:
                raise
            read(parser=settings.PARSER)
    except ParserBug as bug:
        log.error("Parser bug on file %s; falling back to unstructured.", claim, exc_info=bug)
        read(parser="fallback")
    claim.stage = Stage.EMBEDDING
