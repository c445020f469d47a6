"""Every way embedding can fail, named by what to do about it.

    EmbeddingError
    ├── EmbeddingUnavailable   not now: the same texts may be embedded later
    ├── EmbeddingRefused       never: the same texts to the same service fail again
    │   ├── InputRefused       a request breaks a rule: the message is the client's
    │   └── DimensionsRefused  the model gives no vectors of that size: likewise
    └── EmbedderMisconfigured  not before an operator changes a setting
        └── PackageMissing     not before an operator installs a package

A message is a sentence for the operator. None contains the API key.
"""

from vectorstores.http.errors import Misconfigured, Refused, RemoteError, Unavailable

# What clients read about a service that failed for too long, because they may not read its name.
SILENT = "The embedding service gave no answer for too long; attach the file again."


class EmbeddingError(RemoteError):
    """Texts were not embedded, by a service or in this process."""


class EmbeddingUnavailable(EmbeddingError, Unavailable):
    """The embedding service cannot answer now; `retry_after` is its own header, in seconds."""

    def __init__(
        self, message: str, retry_after: float | None = None, *, brief: str = "it does not answer"
    ) -> None:
        super().__init__(message, brief=brief, retry_after=retry_after)


class EmbeddingRefused(EmbeddingError, Refused):
    """The embedding service will not embed these texts, or has no direction for one of them, which
    it answered 200."""

    def __init__(self, message: str, *, brief: str = "it fails", status: int = 200) -> None:
        super().__init__(message, brief=brief, status=status)


class InputRefused(EmbeddingRefused):
    """Inputs of a request break a rule, in OpenAI's words as they follow "Invalid 'input': ".

    `path` leads to where it is: nowhere for the whole, (2,) to the third input, (2, 5) to its
    sixth token. `code` is OpenAI's.
    """

    def __init__(self, reason: str, *path: int, code: str = "invalid_value") -> None:
        super().__init__(reason)
        self.path = path
        self.code = code


class DimensionsRefused(EmbeddingRefused):
    """The model gives no vectors of the size a request wants. The message is the client's."""


class EmbedderMisconfigured(EmbeddingError, Misconfigured):
    """The settings name an embedder that cannot be built or does not fit them."""

    def __init__(self, message: str, *, brief: str = "its settings do not fit") -> None:
        super().__init__(message, brief=brief)


class PackageMissing(EmbedderMisconfigured):
    """The local model needs `package`, which is not installed."""

    def __init__(self, package: str) -> None:
        super().__init__(
            f"The model is local, but the package {package} is not installed: "
            "install vectorstores[local], or set EMBEDDING_BACKEND=openai."
        )
