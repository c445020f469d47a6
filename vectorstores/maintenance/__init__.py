"""What nobody waits for: workers are woken again, and what was given up is cleaned away.

Each step works on one slice of rows in one transaction and skips rows another worker has locked,
so it may run twice at once and be stopped at any moment.
"""

from vectorstores.maintenance.backfill import make_missing_terms
from vectorstores.maintenance.purging import purge
from vectorstores.maintenance.waking import give_up, wake, wake_reembedding

__all__ = ["give_up", "make_missing_terms", "purge", "wake", "wake_reembedding"]
