import re
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from rest_framework import serializers

from vectorstores.api import fields
from vectorstores.api.serializers.bodies import (
    Constant,
    RequestSerializer,
    ResponseSerializer,
    Timestamp,
)
from vectorstores.errors import TooLarge
from vectorstores.models.files import Purpose

HOUR, MONTH = 3600, 30 * 24 * 3600  # seconds


def too_large() -> TooLarge:
    return TooLarge(f"File is too large. At most {settings.MAX_FILE_BYTES} bytes are taken.")


class FormFile(fields.StrictField):
    """A file of at most as many bytes as the setting named `limit` allows."""

    expected, kind = "a file", "string"
    limits = {"format": "binary"}

    def __init__(self, *, limit: str, refusal: Callable[[], TooLarge], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.limit, self.refusal = limit, refusal

    def to_internal_value(self, data: object) -> UploadedFile:
        if not isinstance(data, UploadedFile):
            raise fields.wrong_type(self.expected, data)
        if (data.size or 0) > getattr(settings, self.limit):
            raise self.refusal()
        return data


class FormExpirationAfter(RequestSerializer):
    anchor = fields.Choice(
        "created_at", help_text="The event from which the time counts. Required with `seconds`."
    )
    seconds = fields.QueryInteger(
        minimum=HOUR,
        maximum=MONTH,
        help_text="The number of seconds after which the file is deleted.",
    )


class CreateFileRequest(RequestSerializer):
    """The form of an upload.

    A form cannot hold objects, so SDKs send the fields `expires_after[anchor]` and
    `expires_after[seconds]`.
    """

    file = FormFile(
        limit="MAX_FILE_BYTES", refusal=too_large, help_text="The file's bytes and its name."
    )
    purpose = fields.Choice(*Purpose.values)
    expires_after = FormExpirationAfter(required=False)

    def to_internal_value(self, data: Mapping[str, Any]) -> dict[str, Any]:
        bracketed = {key: re.fullmatch(r"expires_after\[(\w+)\]", key) for key in data}
        expiry = {match[1]: data[key] for key, match in bracketed.items() if match}
        flat = {key: data[key] for key, match in bracketed.items() if not match}
        return super().to_internal_value({**flat, "expires_after": expiry} if expiry else flat)


class OpenAIFileResponse(ResponseSerializer):
    component = "OpenAIFile"
    optional = ("expires_at",)

    id = serializers.CharField(source="public_id")
    object = Constant("file")
    bytes = serializers.IntegerField(help_text="The size in bytes.")
    created_at = Timestamp()
    expires_at = Timestamp()
    filename = serializers.CharField()
    purpose = serializers.ChoiceField(Purpose.choices)
    status = Constant(
        "processed",
        help_text="Always `processed`. The file in a store says whether it can be searched.",
    )
