"""Files in a directory, on disk for good once they are saved."""

import os
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage


class DirectoryStorage(FileSystemStorage):
    """A storage whose files survive a power cut from the moment they are saved.

    Without fsync, the file system may show an empty file after the cut, or none, although Postgres
    has kept the row.
    """

    def _save(self, name: str, content: Any) -> str:
        saved: str = super()._save(name, content)  # type: ignore[misc]  # its stub leaves it out
        path, top = Path(self.path(saved)), Path(self.location)
        _sync(path)
        # The names of a new file and of new directories are kept by the directories above them.
        for directory in path.parents:
            _sync(directory)
            if directory == top:
                break
        return saved


def _sync(path: Path) -> None:
    """Wait until the disk has a file's bytes, or a directory's names."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
