"""Every way a request can fail, each with its own answer, worded as OpenAI words it.

ApiError
├── Unauthorized 401
│   ├── MissingKey
│   └── WrongKey
├── NotFound 404
│   ├── FileNotFound, StoreNotFound, BatchNotFound, UploadNotFound
│   ├── FileToAttachNotFound
│   ├── StoreFileNotFound          the file is not in that store
│   ├── ModelNotFound              not the model of this server
│   └── UnknownUrl
├── BadRequest 400
│   ├── InvalidParameter           one parameter, named, with OpenAI's code
│   │   ├── MissingParameter, UnknownParameter, WrongType, UnsupportedValue, UnstorableText
│   │   └── UnknownPart, PartNamedTwice, WrongTotal, WrongChecksum
│   ├── UploadNotPending           completed, cancelled or expired
│   ├── TooManyParts
│   ├── MalformedJson
│   ├── StoreExpired
│   ├── UnsupportedExtension       a type that no parser reads
│   ├── NotABatchFile, BatchFileTooLarge
│   ├── DownloadNotAllowed         only if the operator has chosen OpenAI's rule
│   └── ModelMismatch              the store was embedded with another model
├── MethodNotAllowed 405
├── TooLarge 413
├── UnsupportedMediaType 415
├── RateLimited 429                too much in a minute; the client should wait a little
└── ServerError 500
    ├── BytesLost                  the storage does not have what was uploaded
    └── ServiceUnavailable 503     the embedder is not set up
        ├── DiskFull               nothing more can be stored
        └── Overloaded             embedder or database do not answer; the client may retry
            └── StorageUnavailable
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings

# --- Kinds ------------------------------------------------------------------------------------


class ApiError(Exception):
    """An error with an answer: the status and OpenAI's four envelope fields."""

    status = 400
    type = "invalid_request_error"
    code: str | None = None

    def __init__(self, message: str, *, param: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.param = param
        self.code = code or self.code


class BadRequest(ApiError):
    status = 400


class InvalidParameter(BadRequest):
    code = "invalid_value"


class NotFound(ApiError):
    status = 404


class Unauthorized(ApiError):
    status = 401


class ServerError(ApiError):
    status = 500
    type = "server_error"


# --- Keys -------------------------------------------------------------------------------------


class MissingKey(Unauthorized):
    def __init__(self) -> None:
        super().__init__(
            "You didn't provide an API key. You need to provide your API key in an Authorization "
            "header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY), or as the password "
            "field (with blank username) if you're accessing the API from your browser and are "
            "prompted for a username and password. You can obtain an API key from "
            f"{settings.DOCS_URL}."
        )


class WrongKey(Unauthorized):
    code = "invalid_api_key"

    def __init__(self, key: str) -> None:
        super().__init__(
            f"Incorrect API key provided: {_masked(key)}. "
            f"You can find your API key at {settings.DOCS_URL}."
        )


def _masked(key: str) -> str:
    """Mask a key as OpenAI does, `user_pro*ided`, so that its owner still recognises it.

    Show less of a short key than OpenAI does, because it may be a password in the wrong field.
    """
    return f"{key[:8]}{'*' * (len(key) - 12)}{key[-4:]}" if len(key) > 12 else f"{key[:3]}*"


# --- Objects that do not exist, or belong to another project ----------------------------------


class FileNotFound(NotFound):
    def __init__(self, file_id: str) -> None:
        super().__init__(f"No such File object: {file_id}", param="id")


class FileToAttachNotFound(NotFound):
    def __init__(self, file_id: str) -> None:
        super().__init__(f"No file found with id '{file_id}'.", param="file_id")


class StoreNotFound(NotFound):
    def __init__(self, store_id: str) -> None:
        super().__init__(f"No vector store found with id '{store_id}'.")


class BatchNotFound(NotFound):
    def __init__(self, batch_id: str) -> None:
        super().__init__(f"No vector store file batch found with id '{batch_id}'.")


class UploadNotFound(NotFound):
    def __init__(self, upload_id: str) -> None:
        super().__init__(f"No such Upload object: {upload_id}", param="id")


class StoreFileNotFound(NotFound):
    def __init__(self, file_id: str, store_id: str) -> None:
        super().__init__(f"No file found with id '{file_id}' in vector store '{store_id}'.")


class ModelNotFound(NotFound):
    code = "model_not_found"

    def __init__(self, model: str) -> None:
        super().__init__(
            f"The model `{model}` does not exist or you do not have access to it.", param="model"
        )


class UnknownUrl(NotFound):
    def __init__(self, method: str, path: str) -> None:
        super().__init__(f"Invalid URL ({method} {path})")


# --- Parameters -------------------------------------------------------------------------------

UNSTORABLE = (
    "Invalid '{param}': the string has a NUL character or a lone surrogate, which cannot be stored."
)


class MissingParameter(InvalidParameter):
    code = "missing_required_parameter"

    def __init__(self, param: str) -> None:
        super().__init__(f"Missing required parameter: '{param}'.", param=param)


class UnknownParameter(InvalidParameter):
    code = "unknown_parameter"

    def __init__(self, param: str) -> None:
        super().__init__(f"Unknown parameter: '{param}'.", param=param)


class UnsupportedValue(InvalidParameter):
    def __init__(self, param: str, value: str, choices: Sequence[str]) -> None:
        super().__init__(
            f"Invalid value: '{value}'. Supported values are: {listed(choices)}.", param=param
        )


class UnstorableText(InvalidParameter):
    def __init__(self, param: str) -> None:
        super().__init__(UNSTORABLE.format(param=param), param=param)


class WrongType(InvalidParameter):
    code = "invalid_type"

    def __init__(self, param: str, expected: str, value: Any) -> None:
        super().__init__(
            f"Invalid type for '{param}': expected {expected}, but got {type_name(value)} instead.",
            param=param,
        )


def type_name(value: Any) -> str:
    """Name a JSON value's type, worded to follow "got"."""
    names = {bool: "a boolean", int: "an integer", float: "a decimal", str: "a string",
             list: "an array", dict: "an object", type(None): "null"}  # fmt: skip
    return names.get(type(value), "an unsupported value")


def listed(choices: Sequence[str]) -> str:
    *others, last = [f"'{choice}'" for choice in choices]
    return f"{', '.join(others)} and {last}" if others else last


# --- Requests ---------------------------------------------------------------------------------


class MalformedJson(BadRequest):
    def __init__(self) -> None:
        super().__init__(
            "We could not parse the JSON body of your request. (HINT: This likely means you aren't "
            "using your HTTP library correctly. The OpenAI API expects a JSON payload, but what "
            "was sent was not valid JSON. If you have trouble figuring out how to fix this, "
            f"please contact us through our help center at {settings.DOCS_URL}.)"
        )


class MethodNotAllowed(ApiError):
    status = 405

    def __init__(self, method: str, path: str) -> None:
        super().__init__(f"Not allowed to {method} on {path}.", code="method_not_supported")


class TooLarge(ApiError):
    status = 413

    def __init__(self, message: str, *, param: str | None = None) -> None:
        super().__init__(message, param=param, code="request_too_large")


class UnsupportedMediaType(ApiError):
    status = 415


class RateLimited(ApiError):
    status = 429
    type = "requests"
    code = "rate_limit_exceeded"

    def __init__(self, owner: str, *, unit: str, limit: int, retry_after: int) -> None:
        super().__init__(
            f"Rate limit reached for {owner} on {unit} per min. Limit: {limit} / min. "
            f"Please try again in {retry_after}s."
        )
        self.retry_after = retry_after  # seconds


class ServiceUnavailable(ServerError):
    status = 503


class Overloaded(ServiceUnavailable):
    def __init__(self) -> None:
        super().__init__("The engine is currently overloaded, please try again later")


class StorageUnavailable(Overloaded):
    """The storage of files does not answer. The log has the reason."""


class DiskFull(ServiceUnavailable):
    code = "storage_full"

    def __init__(self) -> None:
        super().__init__(
            "The server's disk is full, so nothing was stored. Its operator has to make room;"
            " try again then."
        )


# --- Files ------------------------------------------------------------------------------------


class BytesLost(ServerError):
    """The storage does not have what was uploaded. `reason` says it to the operator."""

    code = "bytes_lost"

    def __init__(self, public_id: str, reason: str) -> None:
        super().__init__(
            f"The server no longer has the bytes of '{public_id}' as they were uploaded. Upload"
            " them again, or ask the operator to restore them."
        )
        self.reason = reason


class UnsupportedExtension(BadRequest):
    code = "unsupported_file"

    def __init__(self, extensions: list[str]) -> None:
        named = ", ".join(extensions)
        super().__init__(
            f"Files with extensions [{named}] are not supported for retrieval. See "
            f"{settings.DOCS_URL}",
            param="file_ids",
        )


class NotABatchFile(BadRequest):
    def __init__(self) -> None:
        super().__init__("Invalid file format for Batch API. Must be .jsonl")


class BatchFileTooLarge(BadRequest):
    def __init__(self) -> None:
        super().__init__("File is too large.")


class DownloadNotAllowed(BadRequest):
    def __init__(self, purpose: str) -> None:
        super().__init__(f"Not allowed to download files of purpose: {purpose}")


# --- Stores -----------------------------------------------------------------------------------


class StoreExpired(BadRequest):
    def __init__(self, store_id: str) -> None:
        super().__init__(f"Vector store '{store_id}' has expired")


class ModelMismatch(BadRequest):
    code = "embedding_model_mismatch"

    def __init__(self, model: str, dimensions: int, *, here: int | None) -> None:
        """Take the model's dimensions on this server as `here`, None if it has no such model."""
        now = f"embeds with that model in {here}" if here else "does not embed with that model"
        super().__init__(
            f"This vector store was embedded with {model} in {dimensions} dimensions, but the "
            f"server {now}, and vectors of two models cannot be compared. Attach the files to a "
            "new store, or ask the operator to add the model to EMBEDDING_MODELS, or to embed "
            "this store again with another."
        )


# --- Uploads ----------------------------------------------------------------------------------


class UnknownPart(InvalidParameter):
    def __init__(self, part_id: str, upload_id: str) -> None:
        super().__init__(f"Upload '{upload_id}' has no part '{part_id}'.", param="part_ids")


class PartNamedTwice(InvalidParameter):
    def __init__(self, part_id: str) -> None:
        super().__init__(f"Part '{part_id}' is named twice.", param="part_ids")


class WrongTotal(InvalidParameter):
    def __init__(self, *, total: int, wanted: int) -> None:
        super().__init__(
            f"The parts have {total} bytes in total, but the upload was created for {wanted}.",
            param="part_ids",
        )


class WrongChecksum(InvalidParameter):
    def __init__(self, *, found: str, wanted: str) -> None:
        super().__init__(
            f"The MD5 checksum of the parts, in this order, is {found} and not {wanted}.",
            param="md5",
        )


class UploadNotPending(BadRequest):
    def __init__(self, upload_id: str, status: str) -> None:
        ended = {"completed": "is already completed", "cancelled": "was cancelled"}
        became = ended.get(status, "has expired")
        super().__init__(f"Upload '{upload_id}' {became}.", param="upload_id")


class TooManyParts(BadRequest):
    def __init__(self, upload_id: str, *, parts: int, size: int) -> None:
        super().__init__(
            f"Upload '{upload_id}' takes {parts} parts and {size} bytes at most, "
            "those that were sent twice included.",
            param="data",
        )
