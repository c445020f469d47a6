"""Background maintenance: waking workers, purging deleted and expired rows, renewing terms.

Each step takes one slice of rows in one transaction and skips rows that another worker has locked,
so it may run twice at the same time, and be stopped at any moment.
"""

from vectorstores.maintenance.backfill import make_missing_terms
from vectorstores.maintenance.orphans import remove_orphans
from vectorstores.maintenance.purging import purge
from vectorstores.maintenance.waking import expire_waiting_files, wake, wake_reembedding

__all__ = [
    "expire_waiting_files",
    "make_missing_terms",
    "purge",
    "remove_orphans",
    "wake",
    "wake_reembedding",
]
