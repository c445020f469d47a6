"""The operator's pages, to look up rows by the ids that users quote and to act on them.

They have no business rules of their own. Importing a module registers its pages.
"""

from django.contrib import admin

from vectorstores.admin import (
    batches,
    files,
    indexes,
    keys,
    projects,
    reembeddings,
    store_files,
    stores,
    uploads,
)

__all__ = [
    "batches",
    "files",
    "indexes",
    "keys",
    "projects",
    "reembeddings",
    "store_files",
    "stores",
    "uploads",
]

admin.site.site_header = admin.site.site_title = "vectorstores"
admin.site.index_title = "Operations"
admin.site.site_url = None  # because there is no site besides the API
