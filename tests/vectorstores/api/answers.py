"""Assertions about what all responses share."""

from typing import Any

UNKNOWN_STORE = "vs_" + "0" * 31 + "1"
UNKNOWN_FILE = "file-" + "0" * 21 + "1"
UNKNOWN_BATCH = "vsfb_" + "0" * 31 + "1"
UNKNOWN_UPLOAD = "upload_" + "0" * 31 + "1"
UNKNOWN_PART = "part_" + "0" * 31 + "1"


def ok(response: Any) -> dict:
    """Return the JSON body of a success."""
    assert response.status_code == 200, response.content
    assert response["content-type"] == "application/json"
    return response.json()


def refused(
    response: Any, status: int = 400, *, code: str | None = None, param: str | None = None
) -> str:
    """Return the message of an error in OpenAI's envelope, which has exactly these four keys."""
    assert response.status_code == status, response.content
    assert response["content-type"] == "application/json"
    assert response.json().keys() == {"error"}
    error = response.json()["error"]
    assert error.keys() == {"message", "type", "param", "code"}
    server_errors = "server_error" if status >= 500 else "invalid_request_error"
    assert error["type"] == ("requests" if status == 429 else server_errors)
    assert (error["code"], error["param"]) == (code, param)
    assert isinstance(error["message"], str)
    assert error["message"]
    return error["message"]


def ids(response: Any) -> list[str]:
    """Return the ids of a list, and check that it names its first and last."""
    body = ok(response)
    assert body.keys() == {"object", "data", "first_id", "last_id", "has_more"}
    assert body["object"] == "list"
    found = [item["id"] for item in body["data"]]
    assert (body["first_id"], body["last_id"]) == ((found[0], found[-1]) if found else (None, None))
    return found
