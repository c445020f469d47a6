"""The ids in addresses: what they look like, and what is answered where they name nothing."""

import re
from dataclasses import dataclass

from vectorstores import errors
from vectorstores.api import public_ids
from vectorstores.api.openapi.operations import sample
from vectorstores.api.openapi.shapes import STRING, Schema
from vectorstores.ids import FILE, IdFormat


@dataclass(frozen=True)
class Id:
    path_id: public_ids.PathId
    example: str
    description: str
    unknown: errors.NotFound

    def parameter(self, name: str) -> Schema:
        return {
            "name": name,
            "in": "path",
            "required": True,
            "description": self.description,
            "schema": {**STRING, "pattern": _pattern(self.path_id.format)},
            "example": self.example,
        }

    def errors(self, name: str) -> list[errors.ApiError]:
        other = sample.FILE if self.path_id.format is not FILE else sample.STORE
        try:
            self.path_id.decode(other)
        except errors.InvalidParameter as error:
            return [error, self.unknown]
        return [self.unknown]


IDS = {
    "vector_store_id": Id(
        public_ids.STORE, sample.STORE, "The store's id.", errors.StoreNotFound(sample.STORE)
    ),
    "batch_id": Id(
        public_ids.BATCH, sample.BATCH, "The batch's id.", errors.BatchNotFound(sample.BATCH)
    ),
    "file_id": Id(public_ids.FILE, sample.FILE, "The file's id.", errors.FileNotFound(sample.FILE)),
    "upload_id": Id(
        public_ids.UPLOAD, sample.UPLOAD, "The upload's id.", errors.UploadNotFound(sample.UPLOAD)
    ),
}
IN_A_STORE = {
    **IDS,
    "file_id": Id(
        public_ids.STORE_FILE,
        sample.FILE,
        "The id of the file, which is also its id in the store.",
        errors.StoreFileNotFound(sample.FILE, sample.STORE),
    ),
}


def ids_of(path: str) -> dict[str, Id]:
    """By name, in the order they have in the address."""
    names = re.findall(r"{(\w+)}", path)
    known = IN_A_STORE if "vector_store_id" in names else IDS
    return {name: known[name] for name in names}


def _pattern(format_: IdFormat) -> str:
    digits = "0-9a-f" if len(format_.digits) == 16 else "0-9A-Za-z"
    return f"^{format_.prefix}[{digits}]{{{format_.length}}}$"
