"""The public ids that clients send in bodies and URLs, all of which are decoded here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from rest_framework import serializers

from vectorstores import errors, ids
from vectorstores.api.fields import String

M = TypeVar("M", bound=Model)


class IdField(String):
    """An object's id in a body. The field checks its prefix; the service checks that it exists."""

    format: ids.IdFormat

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.limits = {"pattern": f"^{self.format.prefix}"}

    def to_internal_value(self, data: Any) -> ids.PublicId:  # type: ignore[override] # decoded
        text = super().to_internal_value(data)
        if not text.startswith(self.format.prefix):
            raise serializers.ValidationError(
                f"Invalid '{{param}}': {_wrong_prefix(self.format, text)}", code="invalid_value"
            )
        return self.format.parse(text)


class FileId(IdField):
    format = ids.FILE


class PartId(IdField):
    format = ids.UPLOAD_PART


@dataclass(frozen=True)
class PathId:
    """An id in a URL, and the error to raise if no row has it."""

    name: str
    format: ids.IdFormat
    unknown: Callable[..., errors.NotFound]
    is_prefix_checked: bool = True

    def decode(self, text: str) -> UUID:
        """Return the UUID. Raises InvalidParameter if the prefix is that of another object."""
        if self.is_prefix_checked and not text.startswith(self.format.prefix):
            raise errors.InvalidParameter(
                f"Invalid '{self.name}': {_wrong_prefix(self.format, text)}", param=self.name
            )
        return self.format.decode(text)

    def find(self, rows: QuerySet[M], text: str) -> M:
        """Return the row with this id. Raises InvalidParameter or `unknown`."""
        row = rows.filter(pk=self.decode(text)).first()
        if row is None:
            raise self.unknown(text)
        return row


STORE = PathId("vector_store_id", ids.VECTOR_STORE, errors.StoreNotFound)
BATCH = PathId("batch_id", ids.FILE_BATCH, errors.BatchNotFound)
UPLOAD = PathId("upload_id", ids.UPLOAD, errors.UploadNotFound)
FILE = PathId("file_id", ids.FILE, errors.FileNotFound, is_prefix_checked=False)
STORE_FILE = PathId("file_id", ids.FILE, errors.StoreFileNotFound)


def _wrong_prefix(format_: ids.IdFormat, text: str) -> str:
    return f"'{text}'. Expected an ID that begins with '{format_.prefix}'."
