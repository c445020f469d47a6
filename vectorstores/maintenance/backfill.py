"""What the release before has left out, for as long as its processes run."""

from django.db import transaction

from vectorstores import dispatch
from vectorstores.models import VectorStoreFile
from vectorstores.models.chunks import make_terms

ADOPTED = 1000
MADE = 10_000  # chunks given their terms at a time, or one file that has more
MADE_FILES = 2000


@transaction.atomic
def adopt() -> int:
    """Give their project to files that lack it, without which no worker finds them. How many.

    That is, while the release before is being replaced by this one.
    """
    locked = VectorStoreFile.objects.to_adopt().select_for_update(skip_locked=True, no_key=True)
    keys = list(locked.values_list("pk", flat=True)[:ADOPTED])
    return VectorStoreFile.objects.filter(pk__in=keys).adopt() if keys else 0


def make_missing_terms() -> int:
    """Give chunks the terms that words find them by, of files that the release before published,
    or a release whose terms were others. Of how many chunks.
    """
    made, stores = 0, set()
    for store_file in VectorStoreFile.objects.terms_to_make()[:MADE_FILES]:
        if chunks := make_terms(store_file):
            made += chunks
            stores.add(store_file.vector_store_id)
        if made >= MADE:
            break
    dispatch.changed(stores)
    return made
