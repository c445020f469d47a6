"""Requests that OpenAI's schema allows are answered, and never called a mistake."""

import json
import re
from typing import Any

import pytest
from django.conf import settings as django_settings
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contract.bodies import Bodies
from tests.contract.differences import of_requests
from tests.contract.official import DOCUMENT, OPERATIONS, Operation
from tests.contract.world import World
from tests.examples import SHARING_FIXTURES, rolled_back

pytestmark = pytest.mark.django_db

WITH_BODY = [operation for operation in OPERATIONS.values() if operation.has_body]
EXAMPLES = [(operation, body) for operation in WITH_BODY for body in operation.body["examples"]]
LISTS = [operation for operation in OPERATIONS.values() if operation.id.startswith("list")]
TAKEN = of_requests(DOCUMENT)


@pytest.mark.parametrize("operation", WITH_BODY, ids=lambda operation: operation.id)
@given(data=st.data())
@settings(SHARING_FIXTURES, max_examples=40)
def test_a_body_the_schema_allows_is_taken(api, project, operation: Operation, data):
    with rolled_back():
        world = World(api, project)
        known = {name: st.sampled_from(values) for name, values in world.known.items()}
        body = data.draw(Bodies(TAKEN, known).of(operation.body["schema"]))
        operation.request.validate(body)

        response = world.ask(operation, body)

        assert response.status_code == 200, (body, response.content)


@pytest.mark.parametrize(
    ("operation", "body"), EXAMPLES, ids=[operation.id for operation, _ in EXAMPLES]
)
def test_openais_own_example_is_taken(api, project, operation: Operation, body):
    world = World(api, project)

    response = world.ask(operation, with_real_ids(body, world))

    assert response.status_code == 200, response.content


def with_real_ids(body: dict[str, Any], world: World) -> dict[str, Any]:
    """Put our ids in place of the example's files, parts and model, which we do not have."""
    files, parts = iter(world.file_ids), iter(world.part_ids)
    text = json.dumps(body).replace("text-embedding-ada-002", django_settings.EMBEDDING_MODEL)
    text = re.sub(r"file-\w+", lambda _: next(files), text)
    replaced: dict[str, Any] = json.loads(re.sub(r"part_(?!ids)\w+", lambda _: next(parts), text))
    return replaced


@pytest.mark.parametrize("operation", LISTS, ids=lambda operation: operation.id)
@given(data=st.data())
@settings(SHARING_FIXTURES, max_examples=20)
def test_parameters_the_schema_allows_are_taken(api, project, operation: Operation, data):
    with rolled_back():
        world = World(api, project)
        query = data.draw(st.fixed_dictionaries({}, optional=parameters(operation, world)))

        response = world.ask(operation, query)

        assert response.status_code == 200, (query, response.content)


def parameters(operation: Operation, world: World) -> dict[str, st.SearchStrategy[Any]]:
    """Return the published parameters, with the bounds and cursors that are only in the prose."""
    most = 10_000 if operation.id == "listFiles" else 100
    ids = [world.store.public_id] if operation.id == "listVectorStores" else world.file_ids
    prose = {
        "limit": st.integers(1, most),
        "after": st.sampled_from(ids),
        "before": st.sampled_from(ids),
    }
    published = {
        each["name"]: Bodies(TAKEN, {}).of(each["schema"])
        for each in operation.definition["parameters"]
        if each["in"] == "query"
    }
    return {name: prose.get(name, published[name]) for name in published}
