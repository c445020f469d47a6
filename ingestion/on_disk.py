import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vectorstores.models import File


@contextmanager
def on_disk(file: File) -> Iterator[Path]:
    """The file's bytes as a local path: in place where they are on disk, else a copy."""
    try:
        path = Path(file.content.path)
    except NotImplementedError:  # how Django's storages say that they are not a disk
        with tempfile.NamedTemporaryFile() as copy, file.content.open("rb") as content:
            shutil.copyfileobj(content, copy)
            copy.flush()
            yield Path(copy.name)
    else:
        yield path
