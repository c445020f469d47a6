"""Every way reranking can fail, named by what to do about it. A search goes on without.

    RerankError
    ├── RerankUnavailable      not now: the same texts may be ranked later
    ├── RerankRefused          never: the same question and texts are refused again
    └── RerankerMisconfigured  not before an operator changes a setting

A message is a sentence for the operator; none contains the key. `brief` is for anybody.
"""

from vectorstores.http.errors import Misconfigured, Refused, RemoteError, Unavailable


class RerankError(RemoteError):
    """Texts were not ranked."""


class RerankUnavailable(RerankError, Unavailable):
    """The reranker cannot answer now, or failed a moment ago."""


class RerankRefused(RerankError, Refused):
    """The reranker will not rank these texts by this question."""


class RerankerMisconfigured(RerankError, Misconfigured):
    """The settings name a reranker that cannot be asked, or scores that it does not give."""
