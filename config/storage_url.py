"""STORAGE_URL → Django's STORAGES entry: where the bytes of uploaded files are kept."""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

DIRECTORY = "vectorstores.storage.directory.DirectoryStorage"
BUCKET = "vectorstores.storage.bucket.BucketStorage"


def incoming_directory(storage: dict[str, Any]) -> str | None:
    """Return the directory for uploads while they arrive, or None for the machine's own.

    It is beside the files of a directory, so that an upload becomes a file by being renamed.
    """
    if storage["BACKEND"] != DIRECTORY:
        return None
    return f"{storage['OPTIONS']['location'].rstrip('/')}/.incoming"


def storages_from_url(url: str) -> dict[str, Any]:
    """Return the backend of `file:///directory` or `s3://bucket/prefix?endpoint_url=…&region_name=…`.

    S3 credentials come from the environment, as every AWS client reads them.
    Raises ImproperlyConfigured for any other scheme or option.
    """
    parts = urlsplit(url)
    if parts.scheme == "file" and not parts.netloc and parts.path.startswith("/"):
        return {
            "BACKEND": DIRECTORY,
            "OPTIONS": {"location": unquote(parts.path)},
        }
    if parts.scheme == "s3" and parts.netloc:
        options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        if unknown := options.keys() - {"endpoint_url", "region_name"}:
            raise ImproperlyConfigured(f"STORAGE_URL has an unknown option: {sorted(unknown)[0]}.")
        return {
            "BACKEND": BUCKET,
            "OPTIONS": {
                "bucket_name": parts.netloc,
                "location": unquote(parts.path).strip("/"),
                "file_overwrite": True,
                # Read through a file on disk, and not whole in memory.
                "max_memory_size": 8 * 1024**2,
                **options,
            },
        }
    raise ImproperlyConfigured(
        f"STORAGE_URL must look like file:///directory or s3://bucket/prefix, not {url!r}."
    )
