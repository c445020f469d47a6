"""What parameters may be, strictly, and OpenAI's words for what they are not."""

from vectorstores.api.fields.containers import Array, Attributes, Metadata
from vectorstores.api.fields.refusals import check_bounds, missing, wrong_type
from vectorstores.api.fields.scalars import (
    Boolean,
    Choice,
    Decimal,
    FileId,
    Integer,
    PartId,
    QueryInteger,
    StrictField,
    String,
)

__all__ = [
    "Array",
    "Attributes",
    "Boolean",
    "Choice",
    "Decimal",
    "FileId",
    "Integer",
    "Metadata",
    "PartId",
    "QueryInteger",
    "StrictField",
    "String",
    "check_bounds",
    "missing",
    "wrong_type",
]
