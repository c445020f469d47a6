"""EMBEDDING_MODELS, as operators write it, rightly and wrongly."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config.embedding_models import read_models

KEYS = (
    "dimensions, backend, base_url, api_key_variable, timeout, batch_size, concurrency, model_dir"
)


def read(text: str, **secrets: str) -> dict[str, dict[str, object]]:
    return read_models(text, taken=["granite", "ada"], secret=lambda name: secrets.get(name, ""))


def settings_with(**variables: str) -> subprocess.CompletedProcess[str]:
    """Run a process that prints the models of its settings, with these variables set."""
    program = "from config.settings import EMBEDDING_MODELS; print(EMBEDDING_MODELS)"
    return subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **variables},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
    )


def test_a_model_may_say_all_that_the_default_one_has_settings_for():
    said = {
        "dimensions": 1024,
        "backend": "openai",
        "base_url": "http://gpu:8000/v1",
        "timeout": 2.5,
        "batch_size": 64,
        "concurrency": 8,
    }

    assert read(json.dumps({"BAAI/bge-m3": said})) == {"BAAI/bge-m3": said}


def test_there_may_be_several_and_none():
    several = {"a": {"dimensions": 1}, "b": {"dimensions": 2}}

    assert read(json.dumps(several)) == several
    assert read("{}") == {}


def test_a_directory_becomes_a_path():
    (model,) = read('{"a": {"dimensions": 1, "model_dir": "/models/a"}}').values()

    assert model["model_dir"] == Path("/models/a")


def test_a_key_is_read_from_the_variable_that_is_named():
    given = '{"a": {"dimensions": 1, "api_key_variable": "BGE_KEY"}}'

    assert read(given, BGE_KEY="sk-secret") == {"a": {"dimensions": 1, "api_key": "sk-secret"}}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"a": ', "is no JSON: Expecting value: line 1 column 7 (char 6)."),
        ("['a']", "is no JSON: Expecting value: line 1 column 2 (char 1)."),
        ('{"a": {"dimensions": NaN}}', "is no JSON: NaN is no number."),
        (
            '{"a": {"dimensions": 1}, "a": {"dimensions": 2}}',
            "is no JSON: 'a' is there twice.",
        ),
        ('["a"]', 'must be an object, like {"a-model": {"dimensions": 1024}}.'),
        ('{"a": 1024}', 'must say of a an object, like {"dimensions": 1024}.'),
        ('{" ": {"dimensions": 1}}', "has a model without a name."),
        ('{"a": {}}', 'does not say how many "dimensions" a has.'),
        (
            '{"a": {"dimensions": 1, "api_key": "sk-1"}}',
            f"says 'api_key' of a; it may say {KEYS}.",
        ),
        (
            '{"a": {"dimensions": "1024"}}',
            "says 'dimensions' of a as \"1024\"; it must be an integer.",
        ),
        ('{"a": {"dimensions": true}}', "says 'dimensions' of a as true; it must be an integer."),
        ('{"a": {"dimensions": 1.5}}', "says 'dimensions' of a as 1.5; it must be an integer."),
        (
            '{"a": {"dimensions": 1, "timeout": "2"}}',
            "says 'timeout' of a as \"2\"; it must be a number.",
        ),
        (
            '{"a": {"dimensions": 1, "base_url": null}}',
            "says 'base_url' of a as null; it must be a string.",
        ),
        (
            '{"a": {"dimensions": 1, "api_key_variable": "BGE_KEY"}}',
            "has the key of a in BGE_KEY, which is not set.",
        ),
    ],
)
def test_a_mistake_is_reported(text: str, told: str):
    with pytest.raises(ImproperlyConfigured) as error:
        read(text)

    assert str(error.value) == f"EMBEDDING_MODELS {told}"


@pytest.mark.parametrize("name", ["granite", "ada"])
def test_the_default_model_is_not_described_twice(name: str):
    with pytest.raises(ImproperlyConfigured) as error:
        read(json.dumps({name: {"dimensions": 1}}))

    assert str(error.value) == (
        f"EMBEDDING_MODELS describes {name}, which EMBEDDING_MODEL or EMBEDDING_MODEL_ALIASES "
        "name: those are the default model, which the other settings describe."
    )


@pytest.mark.usefixtures("programs")
def test_the_settings_read_it_and_the_variables_it_names():
    models = '{"bge": {"dimensions": 8, "api_key_variable": "BGE_KEY"}}'

    done = settings_with(EMBEDDING_MODELS=models, BGE_KEY="sk-secret")

    assert done.stdout.strip() == "{'bge': {'dimensions': 8, 'api_key': 'sk-secret'}}"


@pytest.mark.usefixtures("programs")
def test_nothing_starts_with_a_mistake_in_it():
    done = settings_with(EMBEDDING_MODELS='{"hashing": {"dimensions": 8}}')

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(
        "django.core.exceptions.ImproperlyConfigured: EMBEDDING_MODELS describes hashing, which"
    )


@pytest.mark.usefixtures("programs")
def test_empty_it_is_as_if_not_set():
    assert settings_with(EMBEDDING_MODELS="").stdout.strip() == "{}"
