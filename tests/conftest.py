"""The fixtures that most tests share, and the markers that tests get for the fixtures they use."""

import base64
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from redis import Redis

from tests.client import ApiClient
from tests.contract import official
from tests.factories import ApiKeyFactory, ProjectFactory, VectorStoreFactory
from tests.live import StartService, service
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


# A test gets each marker one of whose fixtures it uses, and `unit` if it gets no other.
MARKERS = {
    "acceptance": {"whole_service"},
    "contract": {"contract"},
    "hostile": {"bait"},
    "service": {"db", "transactional_db", "django_db_setup", "valkey", "sent", "programs"},
}


def markers_of(item: pytest.Item) -> set[str]:
    """Return the markers that the fixtures of this test stand for."""
    fixtures = set(getattr(item, "fixturenames", ()))
    if item.get_closest_marker("django_db"):
        fixtures.add("db")
    return {marker for marker, its in MARKERS.items() if fixtures & its} or {"unit"}


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Mark the tests, and spread those that start the whole service over the run."""
    for item in items:
        for marker in markers_of(item):
            item.add_marker(marker)
    yield  # to what selects by marker, and to pytest-django, which sorts as well
    items[:] = spread(items)


def spread(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """Return the tests by file, those that start the whole service among the first two thirds.

    They mostly wait, so beside them there should be tests that compute; and one of them that
    began last would end the run alone.
    """
    waiting: dict[Path, list[pytest.Item]] = {}
    computing: dict[Path, list[pytest.Item]] = {}
    for item in items:
        waits = item.get_closest_marker("acceptance")
        (waiting if waits else computing).setdefault(item.path, []).append(item)
    step = max(1, 2 * len(computing) // (3 * len(waiting) + 1))
    files = list(computing.values())
    for number, file in enumerate(waiting.values()):
        files.insert(number * (step + 1), file)
    return [item for file in files for item in file]


@pytest.fixture(scope="session")
def whole_service() -> StartService:
    """Return the function that starts the whole service; see tests/live.py."""
    return service


@pytest.fixture(scope="session")
def valkey() -> str:
    """Return the URL of this run's Valkey."""
    return str(settings.REDIS_URL)


@pytest.fixture(scope="session")
def programs() -> None:
    """Ask for nothing but the marker `service`: for tests that start programs of their own."""


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Clear what searches cache for some seconds, because a test changes it within milliseconds."""
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
    """Return a client with a key of `project`. A bug raises in the test, where it can be seen."""
    return client_of(project)


def client_of(project: Project) -> ApiClient:
    secret = f"sk-{project.pk}"
    ApiKeyFactory(project=project, secret=secret)
    return ApiClient(headers={"Authorization": f"Bearer {secret}"})


@pytest.fixture
def stranger(db: None) -> ApiClient:
    """Return a client with a key of another project."""
    return client_of(ProjectFactory())


@pytest.fixture
def sent() -> Iterator[Callable[[str], int]]:
    """Return a function that counts the messages in a queue that wake workers. It starts empty."""
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


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand what a worker of a parallel run has checked to the process that reports."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["checked"] = list(official.CHECKED.elements())


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Add what a worker has checked. One that crashed hands nothing over."""
    checked = getattr(node, "workeroutput", {}).get("checked", ())
    official.CHECKED.update(map(tuple, checked))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how many answers were compared with OpenAI's schema."""
    seen = official.CHECKED
    if seen:
        terminalreporter.section("OpenAI's published schema")
        operations = len({operation for operation, _ in seen})
        terminalreporter.write_line(
            f"{seen.total()} answers are as published: of {operations} of "
            f"{len(official.OPERATIONS)} operations, with {len(seen)} pairs of operation and status"
        )
