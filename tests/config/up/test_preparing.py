from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.utils import timezone
from pytest_django import Settings

from config.embedded.start_errors import StartError
from config.up.preparing import prepare
from vectorstores.embeddings import granite
from vectorstores.models import ApiKey
from vectorstores.models.keys import usable_key

pytestmark = pytest.mark.django_db


def test_the_first_time_there_is_a_key_and_an_admin() -> None:
    prepared = prepare("sk-first")

    key = usable_key("sk-first")
    assert key.project.name == "default"
    assert authenticate(username="admin", password=prepared.admin_password)


def test_the_second_time_nothing_is_added() -> None:
    prepare("sk-first")

    prepared = prepare("sk-first")

    assert prepared.admin_password is None
    assert ApiKey.objects.count() == 1


def test_another_key_opens_the_same_project() -> None:
    prepare("sk-first")

    prepare("sk-second")

    projects = {usable_key(key).project_id for key in ("sk-first", "sk-second")}
    assert len(projects) == 1


def test_a_key_that_was_revoked_is_not_given_back() -> None:
    prepare("sk-first")
    ApiKey.objects.all().revoke(timezone.now())

    with pytest.raises(StartError, match=r"was revoked\. Set API_KEY to another\."):
        prepare("sk-first")


@pytest.mark.parametrize("default", [True, False])
def test_the_model_of_ours_is_built_whichever_it_is(
    settings: Settings, tmp_path: Path, default: bool
) -> None:
    if default:
        settings.EMBEDDING_BACKEND, settings.EMBEDDING_MODEL = "local", granite.MODEL
        settings.EMBEDDING_DIMENSIONS, settings.EMBEDDING_MODEL_DIR = 384, tmp_path / "model"
    else:
        described = {"dimensions": 384, "backend": "local", "model_dir": tmp_path / "model"}
        settings.EMBEDDING_MODELS = {granite.MODEL: described}

    prepare("sk-first")

    assert (tmp_path / "model" / "model.onnx").exists()


def test_findings_of_the_system_checks_are_reported_in_one_line(settings: Settings) -> None:
    settings.EMBEDDING_DIMENSIONS = 9999

    with pytest.raises(StartError) as refusal:
        prepare("sk-first")

    assert "EMBEDDING_DIMENSIONS is 9999" in str(refusal.value)
    assert "\n" not in str(refusal.value)
