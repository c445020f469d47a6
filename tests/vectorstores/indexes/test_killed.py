"""A process that has an index built is killed, as a worker is that takes too long to stop."""

import os
import subprocess
import sys
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.utils import timezone

from tests.vectorstores.indexes.catalog import builders, indexes, until, writer
from tests.vectorstores.indexes.stores import vectors_of
from vectorstores.indexes.building import build_due
from vectorstores.indexes.sessions import is_build_running
from vectorstores.models import IndexBuild, StoreIndex, VectorStore


def begin_and_be_killed(store: VectorStore) -> None:
    database = urlsplit(os.environ["DATABASE_URL"])
    name = connection.settings_dict["NAME"]
    with subprocess.Popen(
        [sys.executable, "manage.py", "indexes", "--build", store.public_id],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": database._replace(path=f"/{name}").geturl()},
    ) as process:
        try:
            until(builders)
        finally:
            process.kill()


def test_postgres_finishes_the_build_and_the_next_builder_accepts_it(large_store):
    with writer(vectors_of(large_store)):
        begin_and_be_killed(large_store)
        assert is_build_running()
        assert build_due(timezone.now, for_=timedelta(minutes=1)) == 0
    until(lambda: not is_build_running())
    assert indexes() == {vectors_of(large_store).name: True}
    assert IndexBuild.objects.unfinished().count() == 1

    assert build_due(timezone.now, for_=timedelta(minutes=1)) == 1

    assert not IndexBuild.objects.unfinished().exists()
    assert StoreIndex.objects.get().built_chunks == 40
