"""Requests our OpenAPI document allows are accepted, what it forbids is refused, and every answer
is as it says: each operation with its examples, with the edges of every parameter, and at random.

`bin/fuzz` does the same for longer.
"""

import os
import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
import schemathesis.specs.openapi.object_authorization  # later, Python 3.11 fails to compile it
from django.db import transaction
from requests import Session
from schemathesis.config import SchemathesisConfig
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.contract import in_process
from tests.contract.documented import IDS, KEY, PARTS, make_what_the_examples_name
from tests.vectorstores.api.openapi.documented import DOCUMENT, exact
from vectorstores.api.openapi.operations import sample
from vectorstores.api.openapi.refusals import FORM
from vectorstores.models import Project

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "10"))
SEED = int(os.environ.get("FUZZ_SEED", "1"))
AUTHORIZATION = {"Authorization": f"Bearer {KEY}"}

# What a document cannot say of a request, as it is answered with 400.
BEYOND_THE_DOCUMENT = re.compile(
    "|".join(
        (
            # of an integer, that it is written as one: to JSON Schema, 5.0 is an integer
            r"Invalid type for '[\w.\[\]]+': expected [\w, ]*an integer[\w ]*, but got a decimal",
            # of two numbers, that one is at most half of the other
            r"Invalid '[\w.\[\]]*chunk_overlap_tokens': integer above maximum value\.",
            # of a cursor, that it is an item's id
            r"Invalid '(after|before)': no item of this list has the id",
            # of a batch file, how it is called, and how large it is then
            r"Invalid file format for Batch API\. Must be \.jsonl|File is too large\.",
            # of a file name, that something of it is left without its directories
            r"Invalid 'filename': this is no name of a file\.",
            # of parts, which there are, and what they make together
            r"Upload '\w+' has no part|Part '\w*' is named twice\.|The parts have \d+ bytes",
            r"The MD5 checksum of the parts, in this order, is",
            # of a model, which sizes of vectors it has, and how it counts tokens
            r"This model does not support specifying dimensions\.",
            r"Invalid 'input(\[\d+\])?': maximum (input length|request size) is",
            # of a filter, how deep and how large it is in all
            r"'[\w.\[\]]+' is nested more than 10 deep\.|A filter has at most 200 parts\.",
        )
    )
)


def of(name: str) -> dict[str, object]:
    return {"dictionary": name, "probability": 0.9}


CONFIG = SchemathesisConfig.from_dict(
    {
        "seed": SEED,
        "generation": {
            "max-examples": EXAMPLES,
            "database": "none",
            "allow-x00": False,  # Postgres keeps no NUL in a text: the introduction says so
            "with-security-parameters": False,
        },
        "phases": {"stateful": {"enabled": False}},
        "suppress-health-check": ["all"],
        "checks": {
            "negative_data_rejection": {"expected-statuses": [400, 404, 405, 413, 415]},
            "ignored_auth": {"enabled": False},  # asks over the network; test_routes.py asks too
        },
        "dictionaries": {
            **{name: {"values": [public_id]} for name, public_id in IDS.items()},
            "files": {"values": [sample.FILE, sample.OTHER_FILE]},
            "models": {"values": [sample.MODEL]},
            "parts": {"values": list(PARTS)},
        },
        "parameters": {
            **{f"path.{name}": of(name) for name in IDS},
            "query.after": of("file_id"),
            "query.before": of("file_id"),
            "body.model": of("models"),
            "body.file_id": of("files"),
            "body.file_ids[*]": of("files"),
            "body.files[*].file_id": of("files"),
            "body.part_ids[*]": of("parts"),
        },
        "operations": [
            {
                "include-operation-id": "listVectorStores",
                "parameters": {
                    "query.after": of("vector_store_id"),
                    "query.before": of("vector_store_id"),
                },
            }
        ],
    }
)
SCHEMA = schemathesis.openapi.from_dict(exact(DOCUMENT), config=CONFIG)
SCHEMA.config.update(base_url=in_process.ADDRESS)


@SCHEMA.hook
def filter_body(context: schemathesis.HookContext, body: Any) -> bool:
    """Leave out empty lists in forms, because a form cannot send one."""
    operation = context.operation
    is_form = operation is not None and any(each.media_type == FORM for each in operation.body)
    return not (is_form and isinstance(body, dict) and any(v in ([], {}) for v in body.values()))


@pytest.fixture
def client(project: Project, settings: Any) -> Iterator[Session]:
    settings.EMBEDDING_MODEL_ALIASES = [sample.MODEL]
    for limit in ("UPLOADS", "ATTACHED_FILES", "ATTACH_REQUESTS"):
        setattr(settings, f"{limit}_PER_MINUTE", 1_000_000)  # counted, and not reached
    make_what_the_examples_name(project)
    with in_process.session() as session:
        yield session


@pytest.mark.timeout(60 + 2 * EXAMPLES)
@SCHEMA.parametrize()
def test_the_server_does_what_its_document_says(case: schemathesis.Case, client: Session):
    with transaction.atomic():  # so that the next example finds what this one deletes
        response = case.call(headers=AUTHORIZATION, session=client)
        excluded: list[Any] = [positive_data_acceptance] if is_beyond_the_document(response) else []
        case.validate_response(
            response,
            headers=AUTHORIZATION,
            excluded_checks=excluded,
            transport_kwargs={"headers": AUTHORIZATION, "session": client},
        )
        transaction.set_rollback(True)


def is_beyond_the_document(response: Response) -> bool:
    if response.status_code != 400:
        return False
    return BEYOND_THE_DOCUMENT.match(response.json()["error"]["message"]) is not None
