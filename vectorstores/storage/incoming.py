"""Uploads while they arrive, in a directory beside the files that they become.

A finished upload is then moved and not copied, and what a killed server left behind is found.
"""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler

PREFIX = "upload-"
# No upload that goes on is older than this, because its bytes keep changing its time.
ABANDONED_AFTER = timedelta(hours=1)


class IncomingFile(TemporaryUploadedFile):
    """A file in INCOMING_DIR, or in the machine's directory for temporary files."""

    def __init__(self, *described: Any) -> None:
        # Not the class above, because its setting names a directory that must exist already.
        file = NamedTemporaryFile(prefix=PREFIX, dir=settings.INCOMING_DIR)  # noqa: SIM115
        UploadedFile.__init__(self, file, *described)


class IncomingFileHandler(TemporaryFileUploadHandler):
    """Writes what arrives to a file that is renamed once it is complete."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        FileUploadHandler.new_file(self, *args, **kwargs)
        if settings.INCOMING_DIR:
            Path(settings.INCOMING_DIR).mkdir(parents=True, exist_ok=True)
        described = (self.file_name, self.content_type, 0, self.charset, self.content_type_extra)
        self.file = IncomingFile(*described)


def remove_left_uploads(now: datetime) -> int:
    """Remove the uploads of servers that were killed meanwhile. Return how many."""
    if not settings.INCOMING_DIR:  # the bucket's case: they are in the machine's own
        return 0
    removed = 0
    for path in Path(settings.INCOMING_DIR).glob(f"{PREFIX}*"):
        with suppress(FileNotFoundError):  # because it has just been completed, or removed
            if datetime.fromtimestamp(path.stat().st_mtime, UTC) < now - ABANDONED_AFTER:
                path.unlink()
                removed += 1
    return removed
