"""GET /v1/files/{file_id}/content"""

import pytest

from tests.factories import FileFactory
from tests.vectorstores.api.answers import UNKNOWN_FILE, ok, refused
from tests.vectorstores.api.uploads import upload


def test_the_bytes_come_back_as_they_went_in(api):
    content = bytes(range(256)) * 500
    file_id = ok(upload(api, content, name="all.bin"))["id"]

    response = api.get(f"/v1/files/{file_id}/content")

    assert response.status_code == 200
    assert response["content-type"] == "application/octet-stream"
    assert response["content-length"] == str(len(content))
    assert response["content-disposition"] == 'attachment; filename="all.bin"'
    assert response.getvalue() == content
    response.close()


@pytest.mark.parametrize("filename", ['quo"te.txt', "日本語.txt", "line\nbreak.txt"])
def test_no_filename_breaks_the_headers(api, project, filename):
    file = FileFactory(project=project, filename=filename)

    response = api.get(f"/v1/files/{file.public_id}/content")

    assert response.status_code == 200
    assert "\n" not in response["content-disposition"]
    response.close()


def test_html_is_downloaded_and_never_shown(api, project):
    file = FileFactory(project=project, filename="page.html", text="<script>alert(1)</script>")

    response = api.get(f"/v1/files/{file.public_id}/content")

    assert response["content-type"] == "application/octet-stream"
    assert response["content-disposition"].startswith("attachment")
    assert response["x-content-type-options"] == "nosniff"
    response.close()


@pytest.mark.parametrize("purpose", ["assistants", "user_data", "vision"])
def test_an_operator_can_forbid_downloads_as_openai_does(api, settings, purpose):
    settings.STRICT_DOWNLOAD_PURPOSE = True
    file_id = ok(upload(api, purpose=purpose))["id"]

    message = refused(api.get(f"/v1/files/{file_id}/content"))

    assert message == f"Not allowed to download files of purpose: {purpose}"


@pytest.mark.parametrize("purpose", ["batch", "fine-tune", "evals"])
def test_purposes_that_openai_lets_clients_download_stay_downloadable(api, settings, purpose):
    settings.STRICT_DOWNLOAD_PURPOSE = True
    file_id = ok(upload(api, b"{}", purpose=purpose, name="lines.jsonl"))["id"]

    response = api.get(f"/v1/files/{file_id}/content")

    assert response.getvalue() == b"{}"
    response.close()


def test_an_unknown_file_has_no_content(api):
    response = api.get(f"/v1/files/{UNKNOWN_FILE}/content")

    assert refused(response, 404, param="id") == f"No such File object: {UNKNOWN_FILE}"
