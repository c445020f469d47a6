import re
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from rest_framework import serializers

from vectorstores import errors
from vectorstores.api import fields
from vectorstores.api.json_schema import enum, or_null, ref
from vectorstores.api.parsers import name_as_sent
from vectorstores.api.public_ids import PartId
from vectorstores.api.serializers.bodies import (
    Constant,
    Described,
    RequestSerializer,
    ResponseSerializer,
    Timestamp,
)
from vectorstores.api.serializers.files import HOUR, MONTH, FormFile, OpenAIFileResponse
from vectorstores.models import Upload
from vectorstores.models.files import Purpose
from vectorstores.services.uploads import MAX_PARTS

MAX_BYTES = 8 * 1024**3
MAX_FILENAME, MAX_MIME_TYPE = 255, 255  # characters
REPLACED = "\N{REPLACEMENT CHARACTER}"  # stands for the bytes that a form's parser cannot decode
MD5 = re.compile("[0-9a-f]{32}", re.IGNORECASE)


def part_too_large() -> errors.TooLarge:
    return errors.TooLarge(f"A part has {settings.MAX_PART_BYTES} bytes at most.", param="data")


class Filename(fields.String):
    """A name without its directories, as a form's parser would return it."""

    def to_internal_value(self, data: Any) -> str:
        name = name_as_sent(super().to_internal_value(data))
        if not name:
            raise serializers.ValidationError(
                "Invalid '{param}': this is no name of a file.", code="invalid_value"
            )
        return name


class Md5(fields.String):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.limits = {"pattern": "^[0-9a-fA-F]{32}$"}

    def to_internal_value(self, data: Any) -> str:
        digits = super().to_internal_value(data)
        if not MD5.fullmatch(digits):
            raise serializers.ValidationError(
                "Invalid '{param}': expected 32 hexadecimal digits.", code="invalid_value"
            )
        return digits.lower()


class PartData(FormFile):
    """A file in a form, as SDKs send it, or a text field, as in OpenAI's curl example."""

    def to_internal_value(self, data: object) -> UploadedFile:
        if isinstance(data, str) and REPLACED not in data:
            data = SimpleUploadedFile("part", data.encode())
        return super().to_internal_value(data)


class FileExpirationAfter(RequestSerializer):
    """The expiry of a file, in JSON. `FormExpirationAfter` reads it from a form."""

    anchor = fields.Choice("created_at")
    seconds = fields.Integer(minimum=HOUR, maximum=MONTH, help_text="The number of seconds.")


class CreateUploadRequest(RequestSerializer):
    filename = Filename(
        min_length=1,
        max_length=MAX_FILENAME,
        help_text="The name of the file; of a path, only the last part is kept.",
    )
    purpose = fields.Choice(*Purpose.values)
    bytes = fields.Integer(minimum=0, maximum=MAX_BYTES, help_text="The size of the whole file.")
    mime_type = fields.String(
        max_length=MAX_MIME_TYPE, help_text="The type of the file. It is kept, but decides nothing."
    )
    expires_after = FileExpirationAfter(
        required=False, help_text="The rule by which the file expires, once it is complete."
    )


class AddUploadPartRequest(RequestSerializer):
    """The form that carries a part."""

    data = PartData(  # type: ignore[assignment]  # DRF has an attribute so named
        limit="MAX_PART_BYTES", refusal=part_too_large, help_text="The part's bytes."
    )


class CompleteUploadRequest(RequestSerializer):
    part_ids = fields.Array(
        child=PartId(),
        maximum=MAX_PARTS,
        help_text="The ids of the parts, in the order in which they make up the file.",
    )
    md5 = Md5(
        required=False,
        help_text="The checksum of the whole file. If it differs, the completion is refused.",
    )


class UploadResponse(ResponseSerializer):
    """An upload, loaded with its `file`. The context needs `now`."""

    component = "Upload"
    optional = ("file",)

    id = serializers.CharField(source="public_id")
    object = Constant("upload")
    bytes = serializers.IntegerField(help_text="The size in bytes.")
    created_at = Timestamp()
    filename = serializers.CharField()
    purpose = serializers.ChoiceField(Purpose.choices)
    status = Described(enum(("pending", "completed", "cancelled", "expired")))
    expires_at = Timestamp(
        help_text="The time by which it must be completed, in seconds since 1970."
    )
    file = Described(
        or_null(ref("OpenAIFile")), help_text="The file, once the upload is completed."
    )

    def get_status(self, upload: Upload) -> str:
        return upload.status(self.context["now"])

    def get_file(self, upload: Upload) -> dict[str, Any] | None:
        """Return the file, or None if it does not exist yet, was deleted or has expired."""
        if upload.file is None or not upload.file.is_live(self.context["now"]):
            return None
        shown: dict[str, Any] = OpenAIFileResponse(upload.file).data
        return shown


class UploadPartResponse(ResponseSerializer):
    """A part, loaded with its `upload`."""

    component = "UploadPart"

    id = serializers.CharField(source="public_id")
    object = Constant("upload.part")
    created_at = Timestamp()
    upload_id = serializers.CharField(source="upload.public_id", help_text="The id of the upload.")
