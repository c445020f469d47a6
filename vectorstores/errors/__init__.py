"""Every way a request can fail, each with its own answer in OpenAI's words.

ApiError
├── Unauthorized 401
│   ├── MissingKey
│   └── WrongKey
├── NotFound 404
│   ├── FileNotFound, StoreNotFound, BatchNotFound, UploadNotFound
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
│   ├── UnsupportedExtension       a type no parser will ever read
│   ├── NotABatchFile, BatchFileTooLarge
│   ├── DownloadNotAllowed         only where the operator wants OpenAI's rule
│   └── ModelMismatch              the store was embedded with another model
├── MethodNotAllowed 405
├── TooLarge 413
├── UnsupportedMediaType 415
├── RateLimited 429                too much in a minute; the client should wait a little
└── ServerError 500
    └── ServiceUnavailable 503     the embedder is not set up
        └── Overloaded             it, or the database, does not answer; the client may retry
"""

from vectorstores.errors.base import (
    ApiError,
    BadRequest,
    InvalidParameter,
    NotFound,
    ServerError,
    Unauthorized,
)
from vectorstores.errors.files import (
    BatchFileTooLarge,
    DownloadNotAllowed,
    NotABatchFile,
    UnsupportedExtension,
)
from vectorstores.errors.keys import MissingKey, WrongKey
from vectorstores.errors.missing import (
    BatchNotFound,
    FileNotFound,
    FileToAttachNotFound,
    ModelNotFound,
    StoreFileNotFound,
    StoreNotFound,
    UnknownUrl,
    UploadNotFound,
)
from vectorstores.errors.parameters import (
    MissingParameter,
    UnknownParameter,
    UnstorableText,
    UnsupportedValue,
    WrongType,
)
from vectorstores.errors.requests import (
    MalformedJson,
    MethodNotAllowed,
    Overloaded,
    RateLimited,
    ServiceUnavailable,
    TooLarge,
    UnsupportedMediaType,
)
from vectorstores.errors.stores import ModelMismatch, StoreExpired
from vectorstores.errors.uploads import (
    PartNamedTwice,
    TooManyParts,
    UnknownPart,
    UploadNotPending,
    WrongChecksum,
    WrongTotal,
)

__all__ = [
    "ApiError",
    "BadRequest",
    "BatchFileTooLarge",
    "BatchNotFound",
    "DownloadNotAllowed",
    "FileNotFound",
    "FileToAttachNotFound",
    "InvalidParameter",
    "MalformedJson",
    "MethodNotAllowed",
    "MissingKey",
    "MissingParameter",
    "ModelMismatch",
    "ModelNotFound",
    "NotABatchFile",
    "NotFound",
    "Overloaded",
    "PartNamedTwice",
    "RateLimited",
    "ServerError",
    "ServiceUnavailable",
    "StoreExpired",
    "StoreFileNotFound",
    "StoreNotFound",
    "TooLarge",
    "TooManyParts",
    "Unauthorized",
    "UnknownParameter",
    "UnknownPart",
    "UnknownUrl",
    "UnstorableText",
    "UnsupportedExtension",
    "UnsupportedMediaType",
    "UnsupportedValue",
    "UploadNotFound",
    "UploadNotPending",
    "WrongChecksum",
    "WrongKey",
    "WrongTotal",
    "WrongType",
]
