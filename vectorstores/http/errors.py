"""Every way a service can fail, named by what to do about it.

    RemoteError
    ├── Unavailable    not now: the same request may work later
    ├── Refused        never: the same request is refused again
    └── Misconfigured  not before an operator changes a setting

Embedders have a tree of their own below these, because ingestion and the API treat them apart.
A message is a sentence for the operator; none contains a key.
"""

from django.core.exceptions import ImproperlyConfigured


class RemoteError(Exception):
    """A service failed. `brief` is the reason for everyone, without hosts and quotations."""

    def __init__(self, message: str, *, brief: str) -> None:
        super().__init__(message)
        self.brief = brief


class Unavailable(RemoteError):
    """The service cannot answer now; `retry_after` is its own header, in seconds."""

    def __init__(self, message: str, *, brief: str, retry_after: float | None = None) -> None:
        super().__init__(message, brief=brief)
        self.retry_after = retry_after


class Refused(RemoteError):
    """The service will not do this, and answered `status`."""

    def __init__(self, message: str, *, brief: str, status: int) -> None:
        super().__init__(message, brief=brief)
        self.status = status


class Misconfigured(RemoteError, ImproperlyConfigured):
    """The settings name a service that cannot be called, or does not fit them."""
