"""The header `openai-poll-after-ms`: how long SDKs sleep before they poll again.

    a tenth of the remaining time, between 50 ms and 5 s

The remaining time is estimated as the time that has passed since the attachment or the claim. It is
shorter if the progress so far predicts less, and longer if no service could be that fast. A longer
prediction is ignored, because the first of many files says little about the others. So a client
notices the end late by at most a tenth of the whole time, or by 50 ms.
"""

from datetime import datetime, timedelta

from vectorstores.models import FileBatch, Status, VectorStoreFile

SHORTEST, LONGEST = timedelta(milliseconds=50), timedelta(seconds=5)
# Per second, faster than any service. Bytes of the file, since its text is not known yet.
_FASTEST_BYTES, _FASTEST_FILES = 10_000_000, 1_000


def poll_after(left: timedelta) -> str:
    """Return the header's value, an integer since SDKs parse nothing else."""
    wait = min(max(left / 10, SHORTEST), LONGEST)
    return str(round(wait / timedelta(milliseconds=1)))


def left_of_file(store_file: VectorStoreFile, now: datetime) -> timedelta:
    """Estimate the time until a file is settled, zero if it is. Load it with its `file`."""
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
    """Estimate the time until a batch is finished, zero if it is. Load it `with_progress()`."""
    progress = batch.progress(now)
    files, end = progress.files_total - progress.files_done, progress.estimated_completion_at
    passed = max(now - batch.created_at, timedelta(seconds=files / _FASTEST_FILES))
    if not files:
        return timedelta(0)
    return passed if end is None else min(passed, timedelta(seconds=end - now.timestamp()))
