import pytest

from tests.vectorstores.api.openapi.documented import DOCUMENT, OPERATIONS, validator


@pytest.mark.parametrize(
    ("operation_id", "names", "most"),
    [
        ("listFiles", ["limit", "order", "after", "purpose"], 10_000),
        ("listVectorStores", ["limit", "order", "after", "before"], 100),
        ("listVectorStoreFiles", ["limit", "order", "after", "before", "filter"], 100),
        ("listFilesInVectorStoreBatch", ["limit", "order", "after", "before", "filter"], 100),
    ],
)
def test_lists_have_bounds_and_defaults(operation_id: str, names: list[str], most: int):
    asked = {
        each["name"]: each["schema"]
        for each in OPERATIONS[operation_id]["parameters"]
        if each["in"] == "query"
    }

    assert list(asked) == names
    default = 20 if most == 100 else most
    limit = {"type": "integer", "minimum": 1, "maximum": most, "default": default}
    assert asked["limit"] == limit
    assert asked["order"] == {"type": "string", "enum": ["asc", "desc"], "default": "desc"}
    if "filter" in asked:
        assert asked["filter"]["enum"] == ["in_progress", "completed", "failed", "cancelled"]


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_ids_in_addresses_are_named_and_look_like_their_examples(operation_id: str):
    operation = OPERATIONS[operation_id]

    asked = [each for each in operation.get("parameters", []) if each["in"] == "path"]

    assert operation["path"].count("{") == len(asked)
    for each in asked:
        assert f"{{{each['name']}}}" in operation["path"]
        assert each["required"]
        assert validator(each["schema"]).is_valid(each["example"])


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_a_key_is_needed_one_way_or_the_other(operation_id: str):
    schemes = DOCUMENT["components"]["securitySchemes"]

    assert OPERATIONS[operation_id]["security"] == [{"bearer": []}, {"api-key": []}]
    assert (schemes["bearer"]["type"], schemes["bearer"]["scheme"]) == ("http", "bearer")
    assert (schemes["api-key"]["in"], schemes["api-key"]["name"]) == ("header", "api-key")
