from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError

from vectorstores.models import ApiKey
from vectorstores.models.keys import usable_key

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_a_key_is_shown_once_and_stored_as_a_digest(project):
    key, secret = ApiKey.objects.issue(project=project, name="ci")

    kept = ApiKey.objects.values().get()
    assert secret.startswith("sk-")
    assert len(secret) > 40
    assert kept["prefix"] == secret[:10]
    assert secret not in str(kept)
    assert usable_key(secret) == key


def test_no_two_keys_are_alike(project):
    secrets = {ApiKey.objects.issue(project=project, name="ci")[1] for _ in range(5)}

    assert len(secrets) == 5


def test_a_key_can_be_issued_for_a_given_secret(project):
    _, secret = ApiKey.objects.issue(project=project, name="mine", secret="sk-mine")

    assert secret == "sk-mine"
    assert usable_key("sk-mine").project == project


def test_a_secret_cannot_be_issued_twice(project):
    ApiKey.objects.issue(project=project, name="mine", secret="sk-mine")

    with pytest.raises(IntegrityError):
        ApiKey.objects.issue(project=project, name="again", secret="sk-mine")


def test_a_revoked_key_is_not_usable_and_revoked_once(project):
    _, secret = ApiKey.objects.issue(project=project, name="ci")

    assert ApiKey.objects.all().revoke(NOW) == 1
    assert ApiKey.objects.all().revoke(NOW + timedelta(days=1)) == 0

    assert usable_key(secret) is None
    assert ApiKey.objects.get().revoked_at == NOW


def test_use_is_recorded_once_a_minute(project, django_assert_num_queries):
    key, _ = ApiKey.objects.issue(project=project, name="ci")

    key.record_use(NOW)
    key.refresh_from_db()
    assert key.last_used_at == NOW
    with django_assert_num_queries(0):
        key.record_use(NOW + timedelta(seconds=59))
    key.record_use(NOW + timedelta(seconds=61))

    key.refresh_from_db()
    assert key.last_used_at == NOW + timedelta(seconds=61)
