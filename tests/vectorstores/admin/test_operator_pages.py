"""Searches for rows by the ids that users quote."""

from typing import Any

import pytest
from django.test import Client

from tests.factories import (
    FileBatchFactory,
    FileFactory,
    StoreFileFactory,
    UploadFactory,
    UploadPartFactory,
    VectorStoreFactory,
)
from tests.vectorstores.admin.pages import list_url


def found(client: Client, model: str, term: str) -> list[Any]:
    return list(client.get(list_url(model), {"q": term}).context["cl"].result_list)


@pytest.mark.parametrize(
    "factory", [VectorStoreFactory, FileFactory, FileBatchFactory, UploadFactory]
)
def test_a_public_id_finds_its_row(operator: Client, factory: Any):
    row, _ = factory(), factory()

    assert found(operator, row._meta.model_name, f" {row.public_id} ") == [row]


@pytest.mark.parametrize("owner", ["file", "vector_store", "batch"])
def test_files_in_stores_are_found_by_the_ids_of_file_store_and_batch(operator: Client, owner: str):
    store = VectorStoreFactory()
    batch = FileBatchFactory(vector_store=store)
    row, _ = StoreFileFactory(vector_store=store, batch=batch), StoreFileFactory()

    assert found(operator, "vectorstorefile", getattr(row, owner).public_id) == [row]


def test_batches_are_found_by_their_store(operator: Client):
    batch, _ = FileBatchFactory(), FileBatchFactory()

    assert found(operator, "filebatch", batch.vector_store.public_id) == [batch]


def test_uploads_are_found_by_their_parts_and_their_file(operator: Client):
    row, _ = UploadFactory(file=FileFactory()), UploadPartFactory()
    part, _ = UploadPartFactory.create_batch(2, upload=row)

    assert found(operator, "upload", part.public_id) == [row]
    assert found(operator, "upload", row.file.public_id) == [row]


def test_an_unknown_id_finds_nothing(operator: Client):
    FileFactory()

    assert found(operator, "file", "file-" + "0" * 22) == []


def test_a_name_that_starts_like_an_id_is_searched_as_a_name(operator: Client):
    row, _ = FileFactory(filename="file-2.txt"), FileFactory()

    assert found(operator, "file", "file-2") == [row]


def test_files_in_stores_are_found_by_filename(operator: Client):
    row, _ = StoreFileFactory(file__filename="Report.pdf"), StoreFileFactory()

    assert found(operator, "vectorstorefile", "report") == [row]
