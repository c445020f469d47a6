from django.test import Client
from django.urls import reverse

from tests.factories import FileFactory, StoreFileFactory
from tests.vectorstores.admin.pages import list_url, messages_of, page_url, run_action
from vectorstores.models import File, VectorStoreFile


def test_a_file_shows_its_id_size_and_checksum(operator: Client):
    file = FileFactory(bytes=2048)

    text = operator.get(page_url(file)).text

    assert file.public_id in text
    assert file.sha256 in text
    assert "2.0\N{NO-BREAK SPACE}KB" in text


def test_a_file_links_to_the_stores_it_is_in(operator: Client):
    store_file, _ = StoreFileFactory(), StoreFileFactory()
    link = f"{list_url('vectorstorefile')}?file__id__exact={store_file.file.pk}"

    text = operator.get(page_url(store_file.file)).text

    assert link in text
    assert list(operator.get(link).context["cl"].result_list) == [store_file]


def test_deleting_a_file_takes_it_out_of_its_stores(operator: Client):
    file = StoreFileFactory().file

    operator.post(reverse("admin:vectorstores_file_delete", args=[file.pk]), {"post": "yes"})

    file.refresh_from_db()
    assert file.deleted_at is not None
    assert not VectorStoreFile.objects.live().exists()


def test_several_files_are_deleted_together(operator: Client):
    files = FileFactory.create_batch(3)

    response = run_action(operator, "delete_selected", *files, post="yes")

    assert messages_of(response) == ["Successfully deleted 3 files."]
    assert not File.objects.filter(deleted_at=None).exists()
