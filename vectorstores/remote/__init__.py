"""Services that are asked over HTTP: a `Service` says what their answers mean.

A `Circuit` is for those that help a search, which goes on without: somebody waits for each answer,
so one that has failed is left alone for a while.
"""

from vectorstores.remote.circuit import Circuit
from vectorstores.remote.errors import Misconfigured, Refused, RemoteError, Unavailable
from vectorstores.remote.service import Service

__all__ = ["Circuit", "Misconfigured", "Refused", "RemoteError", "Service", "Unavailable"]
