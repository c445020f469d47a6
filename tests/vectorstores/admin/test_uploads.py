from datetime import timedelta

from django.test import Client
from django.utils import timezone

from tests.factories import FileFactory, UploadFactory, UploadPartFactory
from tests.vectorstores.admin.pages import list_url, page_url


def test_an_upload_shows_how_much_was_received(operator: Client):
    upload = UploadFactory(bytes=4096)
    UploadPartFactory.create_batch(2, upload=upload, bytes=1024)
    UploadPartFactory(upload=upload, bytes=1024, content="")

    text = operator.get(list_url("upload")).text

    assert '<td class="field-size">4.0\N{NO-BREAK SPACE}KB</td>' in text
    assert '<td class="field-received">2.0\N{NO-BREAK SPACE}KB in 2 parts</td>' in text
    assert '<td class="field-status">pending</td>' in text


def test_an_upload_without_parts_shows_no_received_size(operator: Client):
    UploadFactory()

    assert '<td class="field-received">-</td>' in operator.get(list_url("upload")).text


def test_an_upload_that_was_not_completed_in_time_is_shown_as_expired(operator: Client):
    UploadFactory(created_at=timezone.now() - timedelta(hours=1))

    assert '<td class="field-status">expired</td>' in operator.get(list_url("upload")).text


def test_a_completed_upload_links_to_its_file(operator: Client):
    upload = UploadFactory(completed_at=timezone.now(), file=FileFactory(), md5="0" * 32)

    text = operator.get(page_url(upload)).text

    assert f'<a href="{page_url(upload.file)}">{upload.file.public_id}</a>' in text
    assert "0" * 32 in text
    assert "completed" in text


def test_uploads_offer_no_actions(operator: Client):
    UploadFactory()

    assert operator.get(list_url("upload")).context["action_form"] is None
