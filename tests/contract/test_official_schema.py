"""Every operation that OpenAI publishes answers as published, in every state of things."""

import json
from typing import Any

import pytest

from tests.contract.cases import CASES
from tests.contract.official import CHECKED, OPERATIONS, check
from tests.contract.world import World

STATES = [(operation, state) for operation, cases in CASES.items() for state in cases]


def test_no_operation_is_left_out():
    assert CASES.keys() == OPERATIONS.keys()
    assert len(OPERATIONS) == 26


@pytest.mark.django_db
@pytest.mark.parametrize(("operation", "state"), STATES, ids=str)
def test_an_answer_is_as_published(api, project, operation, state):
    world = World(api, project)
    arguments = CASES[operation][state](world)
    checked_before = CHECKED[operation, 200]

    response = world.ask(OPERATIONS[operation], **arguments)

    content = response.getvalue()  # which closes the file of a download
    assert response.status_code == 200, content
    assert CHECKED[operation, 200] == checked_before + 1


# --- the judge --------------------------------------------------------------------------------

FILE = {
    "id": "file-1",
    "object": "file",
    "bytes": 1,
    "created_at": 1,
    "filename": "a",
    "purpose": "evals",
    "status": "processed",
}
PAGE = {"object": "list", "data": [FILE], "first_id": "a", "last_id": "a", "has_more": False}
ERROR = {"message": "No.", "type": "invalid_request_error", "param": None, "code": None}


@pytest.mark.parametrize(
    ("status", "path", "body", "complaint"),
    [
        (200, "/v1/files/a", {**FILE, "bytes": "1"}, "$.bytes: '1' is not of type 'integer'"),
        (200, "/v1/files/a", {**FILE, "status": "ready"}, "$.status: 'ready' is not one of"),
        (200, "/files/a", {**FILE, "expires_at": None}, "$.expires_at: None is not of type"),
        (200, "/openai/files/a", {}, "$: 'id' is a required property"),
        (200, "/v1/files", {**PAGE, "first_id": None}, "$.first_id: None is not of type 'string'"),
        (200, "/v1/files", {**PAGE, "data": [{}]}, "$.data[0]: 'id' is a required property"),
        (200, "/v1/files", {**PAGE, "has_more": float("nan")}, "NaN is not JSON"),
        (201, "/v1/files/a", FILE, "retrieveFile answered 201; OpenAI's only success is 200"),
        (404, "/v1/files/a", {"detail": "No."}, "$: 'error' is a required property"),
        (404, "/nowhere", {"error": "No."}, "$.error: 'No.' is not of type 'object'"),
        (400, "/v1/files", {"error": {"message": "No."}}, "$.error: 'type' is a required"),
        (500, "/v1/files", {"error": {**ERROR, "code": 1}}, "$.error.code: 1 is not"),
    ],
)
def test_the_judge_sees(status: int, path: str, body: Any, complaint: str):
    with pytest.raises(AssertionError) as error:
        check("GET", path, status, json.dumps(body).encode())

    assert complaint in str(error.value)


@pytest.mark.parametrize(
    ("status", "path", "body"),
    [
        (200, "/v1/files/a", FILE),
        (200, "/v1/openai/v1/files/a", {**FILE, "expires_at": 5, "of our own": True}),
        (200, "/v1/files", PAGE),
        (200, "/v1/files", {**PAGE, "data": [], "first_id": None, "last_id": None}),
        (400, "/v1/files", {"error": ERROR}),
        (503, "/readyz", "no error of the API's"),
        (302, "/admin/", None),
    ],
)
def test_the_judge_lets_pass(status: int, path: str, body: Any):
    check("GET", path, status, json.dumps(body).encode())
