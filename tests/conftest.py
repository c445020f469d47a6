"""What tests start from: a project, its key, and a client that has it."""

import base64
import json
from collections.abc import Callable, Iterator

import hypothesis
import pytest
from django.conf import settings
from redis import Redis

from tests.client import ApiClient
from tests.contract import official
from tests.factories import ApiKeyFactory, ProjectFactory, VectorStoreFactory
from vectorstores import dispatch
from vectorstores.embeddings import question_cache
from vectorstores.models import Project, VectorStore, lexicons
from vectorstores.search.store_facts import store_facts

# The same examples in every run: a test fails for what was changed, and not by chance.
# Explaining a failure takes many requests more, and longer than a test may.
hypothesis.settings.register_profile(
    "same",
    derandomize=True,
    database=None,
    deadline=None,
    phases=set(hypothesis.Phase) - {hypothesis.Phase.explain},
)
hypothesis.settings.load_profile("same")


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """What searches remember for some seconds, a test changes within milliseconds."""
    store_facts.cache_clear()
    lexicons.clear_caches()
    question_cache.cache.clear()


@pytest.fixture
def project(db: None) -> Project:
    return ProjectFactory()


@pytest.fixture
def store(project: Project) -> VectorStore:
    return VectorStoreFactory(project=project)


@pytest.fixture
def api(project: Project) -> ApiClient:
    """A client with a key of `project`. A bug raises in the test, where it can be seen."""
    return client_of(project)


def client_of(project: Project) -> ApiClient:
    secret = f"sk-{project.pk}"
    ApiKeyFactory(project=project, secret=secret)
    return ApiClient(headers={"Authorization": f"Bearer {secret}"})


@pytest.fixture
def stranger(db: None) -> ApiClient:
    """A client with a key of another project."""
    return client_of(ProjectFactory())


@pytest.fixture
def sent() -> Iterator[Callable[[str], int]]:
    """How many messages in a queue of the broker wake workers. It starts empty."""
    broker = Redis.from_url(settings.REDIS_URL)
    broker.flushdb()

    def count(queue: str) -> int:
        messages = [json.loads(message) for message in broker.lrange(queue, 0, -1)]
        bodies = [json.loads(base64.b64decode(message["body"])) for message in messages]
        wakes = [kwargs for _, kwargs, _ in bodies]
        task, wake = dispatch.INGEST, {"bulk": queue == dispatch.BULK_QUEUE}
        if queue == dispatch.REEMBED_QUEUE:
            task, wake = dispatch.REEMBED, {}
        assert wakes == [wake] * len(wakes)
        assert {message["headers"]["task"] for message in messages} <= {task}
        return len(wakes)

    yield count
    broker.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How far OpenAI's schema has been tried on our answers."""
    seen = official.CHECKED
    if seen:
        terminalreporter.section("OpenAI's published schema")
        operations = len({operation for operation, _ in seen})
        terminalreporter.write_line(
            f"{seen.total()} answers are as published: of {operations} of "
            f"{len(official.OPERATIONS)} operations, with {len(seen)} pairs of operation and status"
        )
