"""When to ask again for what is in progress: `openai-poll-after-ms`, which SDKs sleep for.

    a tenth of the time that is left, between 50 ms and 5 s

As much time is taken to be left as has passed since the attachment or the claim, but less where
the chunks or files that are done promise less, and more where no service could be so fast. A
promise of more is not believed: the first of many files says little about the others. So whoever
polls learns of the end at most a tenth of the time too late, or 50 ms.
"""

from datetime import datetime, timedelta

from vectorstores.models import FileBatch, Status, VectorStoreFile

SHORTEST, LONGEST = timedelta(milliseconds=50), timedelta(seconds=5)
# A second, faster than any service. The text of a file is not known yet.
_FASTEST_BYTES, _FASTEST_FILES = 10_000_000, 1_000


def poll_after(left: timedelta) -> str:
    """The header's value: an integer, since SDKs parse nothing else."""
    wait = min(max(left / 10, SHORTEST), LONGEST)
    return str(round(wait / timedelta(milliseconds=1)))


def left_of_file(store_file: VectorStoreFile, now: datetime) -> timedelta:
    """Zero for a settled file. `store_file` is read with its `file`."""
    if store_file.status != Status.IN_PROGRESS or store_file.due_at is None:
        return timedelta(0)
    if store_file.claimed_at is None and store_file.due_at > now:  # between two attempts
        return store_file.due_at - now
    passed = max(now - (store_file.claimed_at or store_file.due_at), timedelta(0))
    progress = store_file.progress
    if progress.chunks_total and progress.chunks_done:
        return passed * min(progress.chunks_total / progress.chunks_done - 1, 1)
    return max(passed, timedelta(seconds=store_file.file.bytes / _FASTEST_BYTES))


def left_of_batch(batch: FileBatch, now: datetime) -> timedelta:
    """Zero for a finished batch. It is read `with_progress()`."""
    progress = batch.progress(now)
    files, end = progress.files_total - progress.files_done, progress.estimated_completion_at
    passed = max(now - batch.created_at, timedelta(seconds=files / _FASTEST_FILES))
    if not files:
        return timedelta(0)
    return passed if end is None else min(passed, timedelta(seconds=end - now.timestamp()))
