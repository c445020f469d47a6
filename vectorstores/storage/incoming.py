"""Uploads while they arrive, in a directory beside the files that they become.

A finished upload is then moved and not copied, and what a killed server left behind is found.
"""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import TemporaryFileUploadHandler

# No upload that goes on is older than this, because its bytes keep changing its time.
ABANDONED_AFTER = timedelta(hours=1)


class IncomingFileHandler(TemporaryFileUploadHandler):
    """Writes what arrives to FILE_UPLOAD_TEMP_DIR, which it makes if need be."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        if directory := settings.FILE_UPLOAD_TEMP_DIR:
            Path(directory).mkdir(parents=True, exist_ok=True)
        super().new_file(*args, **kwargs)


def remove_left_uploads(now: datetime) -> int:
    """Remove the uploads of servers that were killed meanwhile. Return how many."""
    if not settings.FILE_UPLOAD_TEMP_DIR:  # the bucket's case: they are in the machine's own
        return 0
    removed = 0
    for path in Path(settings.FILE_UPLOAD_TEMP_DIR).glob("*.upload*"):
        with suppress(FileNotFoundError):  # because it has just been completed, or removed
            if datetime.fromtimestamp(path.stat().st_mtime, UTC) < now - ABANDONED_AFTER:
                path.unlink()
                removed += 1
    return removed
