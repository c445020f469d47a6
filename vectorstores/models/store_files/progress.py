from dataclasses import dataclass

from vectorstores.models.store_files.status import Stage, Status
from vectorstores.models.store_files.store_file import VectorStoreFile


@dataclass(frozen=True)
class FileProgress:
    """`stage` is the status once the file is settled. `chunks_total` is null until the text is
    cut, of a file without chunks, and of one that was ingested before chunks were counted.
    """

    stage: str
    chunks_done: int
    chunks_total: int | None


def file_progress(store_file: VectorStoreFile) -> FileProgress:
    """What the row counts may be of an earlier attempt: all begin with nothing."""
    stage = _stage(store_file)
    if stage in (Stage.EMBEDDING, Stage.PUBLISHING, Status.COMPLETED):
        return FileProgress(stage, store_file.chunks_done, store_file.chunks_total or None)
    return FileProgress(stage, 0, None)


def _stage(store_file: VectorStoreFile) -> str:
    """Parsing is what a worker does first, and does not write down at once."""
    if store_file.status != Status.IN_PROGRESS:
        return store_file.status
    if store_file.stage == Stage.WAITING and store_file.claimed_at is not None:
        return Stage.PARSING
    return store_file.stage
