"""Claims for several embedding models: a group is for one model, failing ones are left out."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import VectorStoreFactory
from tests.vectorstores.models.store_files.claiming import NOW, SECOND, claimed, due, stores
from vectorstores.models import Project, VectorStore


def store_for(model: str, project: Project) -> VectorStore:
    return VectorStoreFactory(project=project, embedding_model=model)


@pytest.fixture
def ours(project: Project) -> VectorStore:
    return store_for("ours", project)


@pytest.fixture
def theirs(project: Project) -> VectorStore:
    return store_for("theirs", project)


def test_files_claimed_together_are_for_one_model(ours, theirs):
    first, third = due(ours, due_at=NOW - 9 * SECOND), due(ours, due_at=NOW - 7 * SECOND)
    second, fourth = due(theirs, due_at=NOW - 8 * SECOND), due(theirs, due_at=NOW - 6 * SECOND)

    assert claimed(most_files=9) == first + third
    assert claimed(most_files=9) == second + fourth
    assert claimed(most_files=9) == []


def test_files_of_two_stores_with_one_model_are_claimed_together(ours, project):
    files = due(ours, 2) + due(store_for("ours", project), due_at=NOW)

    assert claimed(most_files=9) == files


def test_files_for_some_models_are_claimed_one_by_one(ours, theirs):
    (first,) = due(ours, due_at=NOW - 9 * SECOND)
    (second,) = due(ours, due_at=NOW - 8 * SECOND)
    together = due(theirs, 2)

    groups = [claimed(most_files=9, one_by_one={"ours"}) for _ in range(3)]

    assert groups == [[first], [second], together]


def test_files_for_a_failing_model_are_left_out_and_others_claimed(ours, theirs):
    waiting = due(ours, 3, due_at=NOW - 9 * SECOND)
    wanted = due(theirs, 2)

    assert claimed(most_files=2, leave_out={"ours"}) == wanted
    assert claimed(most_files=2, leave_out={"ours"}) == []
    assert set(claimed(most_files=9)) == set(waiting)


def test_a_project_with_files_for_a_failing_model_only_is_skipped(db):
    full, other = stores(2)
    due(store_for("ours", full.project), 3)
    (wanted,) = due(store_for("theirs", other.project))

    assert claimed(leave_out={"ours"}) == [wanted]


def test_files_for_an_unknown_model_are_claimed(project):
    # The worker fails them, since the model may be gone from the settings for good.
    files = due(store_for("gone", project))

    assert claimed(leave_out={"ours", "theirs"}) == files


def test_models_are_not_queried_while_all_answer(ours):
    due(ours)

    with CaptureQueriesContext(connection) as queries:
        assert claimed(most_files=9)

    conditions = [query["sql"].partition(" WHERE ")[2] for query in queries]
    assert not any("embedding_model" in condition for condition in conditions)
