from django.conf import settings
from django.utils import timezone

from tests.factories import StoreFileFactory
from tests.vectorstores.claims import claim
from tests.vectorstores.published import content_of, facts_of
from vectorstores.models import VectorStore, VectorStoreFile
from vectorstores.models.chunks import replace_chunks


def searchable_file(store: VectorStore, *texts: str, page: int | None = None) -> VectorStoreFile:
    """Create a file in the store, with these texts as its chunks."""
    store_file = StoreFileFactory(vector_store=store)
    content = content_of(store_file, *texts, page=page)
    assert claim(store_file, timezone.now(), settings.INGEST_LEASE)
    replace_chunks([content])
    assert store_file.complete(timezone.now(), **facts_of(content))
    return store_file
