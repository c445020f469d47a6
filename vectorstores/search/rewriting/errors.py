"""Every way rewriting can fail, named by what to do about it. A search goes on with the query.

    RewriteError
    ├── RewriteUnavailable     not now: the same query may be rewritten later
    ├── RewriteRefused         never: the same query is refused again
    └── RewriterMisconfigured  not before an operator changes a setting

A message is a sentence for the operator; none contains the key. `brief` is for anybody.
"""

from vectorstores.http.errors import Misconfigured, Refused, RemoteError, Unavailable


class RewriteError(RemoteError):
    """A query was not rewritten."""


class RewriteUnavailable(RewriteError, Unavailable):
    """The chat model cannot answer now, or failed a moment ago."""


class RewriteRefused(RewriteError, Refused):
    """The chat model will not answer to this query."""


class RewriterMisconfigured(RewriteError, Misconfigured):
    """The settings name a chat model that cannot be asked."""
