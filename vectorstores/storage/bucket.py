"""Files in an S3 bucket, with deadlines for every request to it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3File, S3Storage

from vectorstores.errors import StorageUnavailable

log = logging.getLogger(__name__)

CONNECT_SECONDS = 3.0
READ_SECONDS = 10.0  # of silence
ATTEMPTS = 2


class BucketStorage(S3Storage):
    """A storage that gives up on a bucket that does not answer. Raises StorageUnavailable.

    An upload or a download holds a thread of the web server meanwhile. botocore's own limits are
    60 seconds and five attempts, in which a few uploads would stop the whole service.
    """

    client_config: Config

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        deadlines = Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"total_max_attempts": ATTEMPTS, "mode": "standard"},
        )
        self.client_config = self.client_config.merge(deadlines)

    def _open(self, name: str, mode: str = "rb") -> S3File:
        with _answering():
            file = super()._open(name, mode)
        file.__class__ = _BucketFile  # since the class is fixed in django-storages
        return file

    def _save(self, name: str, content: Any) -> str:
        with _answering():
            saved: str = super()._save(name, content)
        return saved


class _BucketFile(S3File):
    """A file that is downloaded when it is first read."""

    def _get_file(self) -> IO[bytes]:
        with _answering():
            file: IO[bytes] = super()._get_file()
        return file

    file = property(_get_file, S3File._set_file)


@contextmanager
def _answering() -> Iterator[None]:
    """Raise StorageUnavailable for an error of the bucket, or of the way to it."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        log.error("The storage is unavailable: %s", error)
        raise StorageUnavailable from error
