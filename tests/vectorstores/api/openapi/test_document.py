import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import get_resolver
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema
from openapi_spec_validator import validate

from tests.contract import official
from tests.environment import ROOT
from tests.vectorstores.api.openapi.documented import DOCUMENT, OPERATIONS
from vectorstores.api.openapi import operations
from vectorstores.api.openapi.generator import Generator, document
from vectorstores.api.serializers.bodies import ResponseSerializer
from vectorstores.formats import UNREADABLE


def nodes(part: Any, key: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every object in the document, with its key."""
    if isinstance(part, dict):
        yield key, part
        for name, inner in part.items():
            yield from nodes(inner, name)
    if isinstance(part, list):
        for inner in part:
            yield from nodes(inner)


def parameters() -> Iterator[dict[str, Any]]:
    for operation in OPERATIONS.values():
        yield from operation.get("parameters", [])


def test_it_is_openapi_3_1():
    assert DOCUMENT["openapi"].startswith("3.1")
    validate_schema(DOCUMENT)
    validate(DOCUMENT)


def test_drf_spectacular_has_nothing_to_warn_of():
    Generator().get_schema(public=True)

    assert not GENERATOR_STATS


def test_every_route_is_described_and_nothing_else():
    v1: Any = next(each for each in get_resolver().url_patterns if str(each.pattern) == "v1/")

    served = {
        (method.upper(), "/v1/" + str(each.pattern).replace("<str:", "{").replace(">", "}"))
        for each in v1.url_patterns
        for method in each.callback.actions.keys() - {"head"}
    }

    assert {(each["method"], each["path"]) for each in OPERATIONS.values()} == served


def test_every_operation_has_openais_name():
    theirs = {name: (each.method, "/v1" + each.path) for name, each in official.OPERATIONS.items()}

    assert {name: (each["method"], each["path"]) for name, each in OPERATIONS.items()} == theirs


def test_every_line_is_of_an_operation_that_is_served():
    assert {operation.id for operation in operations.OPERATIONS.values()} == OPERATIONS.keys()


def test_components_have_openais_names_but_for_a_few():
    theirs, ours = (each["components"]["schemas"].keys() for each in (official.DOCUMENT, DOCUMENT))

    assert {each.component for each in ResponseSerializer.__subclasses__()} <= ours
    assert ours - theirs == WITHOUT_A_NAME_THERE


# Written where they are used in OpenAI's, or not there at all.
WITHOUT_A_NAME_THERE = {
    "EmbeddingUsage",
    "EmptyRequest",
    "Filter",
    "HybridSearchOptions",
    "RankingOptions",
}


def test_every_key_and_every_parameter_is_explained():
    keys = [
        (name, inner["description"])
        for _, part in nodes(DOCUMENT["components"]["schemas"])
        if part.get("type") == "object"
        for name, inner in part.get("properties", {}).items()
    ]

    assert all(text for _, text in keys)
    assert all(each["description"] for each in parameters())


def test_no_text_is_about_nothing():
    schemas = DOCUMENT["components"]["schemas"]
    names = {key for key, _ in nodes(schemas)} | {each["name"] for each in parameters()}

    assert operations.TEXTS["keys"].keys() <= names
    for place in operations.TEXTS["elsewhere"]:
        owner, name = place.split(".")
        assert name in {key for key, _ in nodes(schemas[owner])}, place


def test_every_tag_is_explained():
    used = {tag for operation in OPERATIONS.values() for tag in operation["tags"]}

    assert {tag["name"] for tag in DOCUMENT["tags"]} == used
    assert operations.TEXTS["tags"].keys() == used


def test_the_introduction_lists_every_extension_that_cannot_be_attached():
    _, _, listed = DOCUMENT["info"]["description"].partition("can be uploaded but not attached:")

    assert set(re.findall(r"`(\.\w+)`", listed)) == UNREADABLE


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_every_operation_says_what_repeating_it_does(operation_id: str):
    assert "**Repeating** the call" in OPERATIONS[operation_id]["description"]


def test_every_operation_with_a_header_for_polling_explains_it():
    for operation in OPERATIONS.values():
        if "openai-poll-after-ms" in operation["responses"]["200"]["headers"]:
            assert "`openai-poll-after-ms`" in operation["description"]


def test_its_version_is_the_projects():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert DOCUMENT["info"]["version"] == project["version"]


def test_it_says_where_it_came_from_and_names_no_other_server():
    assert DOCUMENT["servers"] == [{"url": "/"}]


def test_it_is_made_once():
    assert document() is document()


@pytest.mark.usefixtures("programs")
def test_a_process_that_is_not_asked_for_it_does_not_load_what_makes_it():
    program = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import config.wsgi, config.urls
from django.test import Client
assert Client().get("/healthz").status_code == 200
print("drf_spectacular.openapi" in sys.modules)
assert Client().get("/v1/openapi.json").status_code == 200
print("drf_spectacular.openapi" in sys.modules)
"""

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=os.environ, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["False", "True"]


@pytest.mark.usefixtures("programs")
def test_the_document_does_not_depend_on_the_hash_seed():
    program = """
import os, sys
import django
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()
from vectorstores.api.openapi.generator import document
sys.stdout.buffer.write(document())
"""

    documents = [
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "3")  # an unsorted set of methods differs between these two
    ]

    assert documents[0] == documents[1]
    assert documents[0].startswith(b"{")
