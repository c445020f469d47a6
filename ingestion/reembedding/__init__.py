"""The change of a store's embedding model, by turns of some seconds.

    add what is missing ─▶ index, where the store is large ─▶ switch ─▶ drop what was searched
            ▲───────────────────────────┘ files were published meanwhile

Each turn begins with what the database tells, so a worker that is killed leaves nothing behind
that another one has to know.
"""

from ingestion.reembedding.turn import go_on

__all__ = ["go_on"]
