"""Every way a request can fail, each with its own answer in OpenAI's words.

ApiError
├── Unauthorized 401
│   ├── MissingKey
│   └── WrongKey
├── NotFound 404
│   ├── FileNotFound, StoreNotFound, BatchNotFound
│   ├── StoreFileNotFound          the file is not in that store
│   └── UnknownUrl
├── BadRequest 400
│   ├── InvalidParameter           one parameter, named, with OpenAI's code
│   ├── MalformedJson
│   ├── StoreExpired
│   ├── UnsupportedExtension       a type no parser will ever read
│   ├── NotABatchFile, BatchFileTooLarge
│   ├── DownloadNotAllowed         only where the operator wants OpenAI's rule
│   └── ModelMismatch              the store was embedded with another model
├── MethodNotAllowed 405
├── TooLarge 413
├── UnsupportedMediaType 415
└── ServiceUnavailable 503         the embedder does not answer; the client may retry
"""


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


class Unauthorized(ApiError):
    status = 401


class MissingKey(Unauthorized):
    def __init__(self) -> None:
        super().__init__(
            "You didn't provide an API key. You need to provide your API key in an Authorization "
            "header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY)."
        )


class WrongKey(Unauthorized):
    code = "invalid_api_key"

    def __init__(self, key: str) -> None:
        super().__init__(f"Incorrect API key provided: {_masked(key)}.")


class NotFound(ApiError):
    status = 404


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


class StoreFileNotFound(NotFound):
    def __init__(self, file_id: str, store_id: str) -> None:
        super().__init__(f"No file found with id '{file_id}' in vector store '{store_id}'.")


class UnknownUrl(NotFound):
    def __init__(self, method: str, path: str) -> None:
        super().__init__(f"Invalid URL ({method} {path})")


class BadRequest(ApiError):
    status = 400


class InvalidParameter(BadRequest):
    code = "invalid_value"


class MalformedJson(BadRequest):
    def __init__(self) -> None:
        super().__init__(
            "We could not parse the JSON body of your request. (HINT: This likely means you aren't "
            "using your HTTP library correctly. The OpenAI API expects a JSON payload, but what "
            "was sent was not valid JSON.)"
        )


class StoreExpired(BadRequest):
    def __init__(self, store_id: str) -> None:
        super().__init__(f"Vector store '{store_id}' has expired")


class UnsupportedExtension(BadRequest):
    code = "unsupported_file"

    def __init__(self, extensions: list[str]) -> None:
        named = ", ".join(extensions)
        super().__init__(
            f"Files with extensions [{named}] are not supported for retrieval.", param="file_ids"
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


class ModelMismatch(BadRequest):
    code = "embedding_model_mismatch"

    def __init__(self, *, store: str, server: str) -> None:
        super().__init__(
            f"This vector store was embedded with {store}, but the server now embeds with "
            f"{server}, and vectors of two models cannot be compared. Attach the files to a new "
            "store, or ask the operator for the old model."
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


class ServerError(ApiError):
    status = 500
    type = "server_error"


class ServiceUnavailable(ServerError):
    status = 503


def _masked(key: str) -> str:
    """Enough of a key to recognise it by, as OpenAI shows it: `user_pro*ided`."""
    return f"{key[:8]}*{key[-4:]}" if len(key) > 16 else f"{key[:3]}*"
