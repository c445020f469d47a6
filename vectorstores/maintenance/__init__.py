"""Work in the background: workers are woken again, and what was deleted or has expired is purged.

Each step works on one slice of rows in one transaction and skips rows that another worker has
locked, so it may run twice at once and be stopped at any moment.
"""

from vectorstores.maintenance.backfill import make_missing_terms
from vectorstores.maintenance.purging import purge
from vectorstores.maintenance.waking import expire_waiting_files, wake, wake_reembedding

__all__ = ["expire_waiting_files", "make_missing_terms", "purge", "wake", "wake_reembedding"]
