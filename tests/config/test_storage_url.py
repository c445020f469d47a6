from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.storage_url import storages_from_url


@pytest.mark.parametrize(
    ("url", "location"),
    [
        ("file:///srv/files", "/srv/files"),
        ("file:///srv/my%20files", "/srv/my files"),
        ("file:///", "/"),
    ],
)
def test_a_directory_is_kept_on_disk(url, location):
    assert storages_from_url(url) == {
        "BACKEND": "vectorstores.storage.directory.DirectoryStorage",
        "OPTIONS": {"location": location},
    }


@pytest.mark.parametrize("name", ["files", "my files", "50%20 off", "a?b#c", "日本"])
def test_any_directory_has_an_address(name):
    path = Path("/srv") / name

    assert storages_from_url(path.as_uri())["OPTIONS"]["location"] == str(path)


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("s3://bucket", {"bucket_name": "bucket", "location": ""}),
        ("s3://bucket/", {"bucket_name": "bucket", "location": ""}),
        ("s3://bucket/a/b/", {"bucket_name": "bucket", "location": "a/b"}),
        (
            "s3://bucket/a?endpoint_url=http://127.0.0.1:9000&region_name=eu-1",
            {
                "bucket_name": "bucket",
                "location": "a",
                "endpoint_url": "http://127.0.0.1:9000",
                "region_name": "eu-1",
            },
        ),
    ],
)
def test_a_bucket_is_kept_on_s3(url, options):
    assert storages_from_url(url) == {
        "BACKEND": "vectorstores.storage.bucket.BucketStorage",
        "OPTIONS": {"file_overwrite": True, "max_memory_size": 8_388_608, **options},
    }


@pytest.mark.parametrize(
    "url", ["", "/srv/files", "file:srv", "file://host/srv", "s3://", "s3:///a", "ftp://host/a"]
)
def test_any_other_address_is_refused_with_what_it_should_be(url):
    with pytest.raises(ImproperlyConfigured) as error:
        storages_from_url(url)

    assert "must look like file:///directory or s3://bucket/prefix" in str(error.value)
    assert repr(url) in str(error.value)


def test_an_unknown_option_is_named():
    with pytest.raises(ImproperlyConfigured, match="unknown option: access_key"):
        storages_from_url("s3://bucket?secret_key=x&access_key=y")
