import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:  # Celery's app loads this file, when there are no models yet
    from vectorstores.models import File

_COPIES = "vectorstores-copy-"
_MARGIN = timedelta(minutes=10)


@contextmanager
def on_disk(file: "File") -> Iterator[Path]:
    """The file's bytes as a local path: in place where they are on disk, else a copy."""
    try:
        path = Path(file.content.path)
    except NotImplementedError:  # how Django's storages say that they are not a disk
        with (
            tempfile.NamedTemporaryFile(prefix=_COPIES) as copy,
            file.content.open("rb") as content,
        ):
            shutil.copyfileobj(content, copy)
            copy.flush()
            yield Path(copy.name)
    else:
        yield path


def remove_left_copies(now: datetime) -> None:
    """Those of workers that were killed: so old that whoever made them has been ended since."""
    oldest = now - timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT) - _MARGIN
    for copy in Path(tempfile.gettempdir()).glob(f"{_COPIES}*"):
        # Another worker removes them too, or it belongs to another account.
        with suppress(FileNotFoundError, PermissionError):
            if datetime.fromtimestamp(copy.stat().st_mtime, UTC) < oldest:
                copy.unlink()
