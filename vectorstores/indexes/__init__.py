"""Indexes of large stores: which there are to be, and how they are built, rebuilt and dropped.

A store has one HNSW over the vectors that are searched, and one GIN over its chunks' terms. Both
only save time: without them, the same answers are found by comparing everything.
"""

from vectorstores.indexes.building import Outcome, build
from vectorstores.indexes.dropping import drop
from vectorstores.indexes.names import Target
from vectorstores.indexes.needs import Need, Step
from vectorstores.indexes.reviewing import drop_closed, see_to, want_rebuilt
from vectorstores.indexes.sessions import somebody_builds
from vectorstores.indexes.working import work

__all__ = [
    "Need",
    "Outcome",
    "Step",
    "Target",
    "build",
    "drop",
    "drop_closed",
    "see_to",
    "somebody_builds",
    "want_rebuilt",
    "work",
]
