"""Metrics: what Prometheus reads, and that it counts all web processes together."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import httpx
import psutil
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from tests.client import ApiClient
from tests.deployment.compose import compose
from tests.deployment.machine import Machine
from tests.factories import ApiKeyFactory, StoreFileFactory
from tests.live import free_port, wait_until
from tests.vectorstores.api.answers import ok, refused
from tests.vectorstores.published import searchable
from vectorstores.models import VectorStore

SECRET = "sk-of-this-test"  # a key
WEB = compose({"SECRET_KEY": "any", "POSTGRES_PASSWORD": "any"})["services"]["web"]


def searches(text: str) -> float:
    families = text_string_to_metric_families(text)
    samples = [sample for family in families for sample in family.samples]
    return sum(s.value for s in samples if s.name == "vectorstores_searches_total")


def path(store: VectorStore) -> str:
    return f"/v1/vector_stores/{store.public_id}/search"


class Web:
    """Two web processes, as compose starts them, on the database of this test."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        # A connection for each request, which either process may take.
        key = {"Authorization": f"Bearer {SECRET}"}
        self.client = httpx.Client(headers={**key, "Connection": "close"})
        database = connection.settings_dict
        user, host = "{USER}:{PASSWORD}".format(**database), "{HOST}:{PORT}".format(**database)
        self.machine = Machine(
            directory,
            {
                "SECRET_KEY": settings.SECRET_KEY,
                "DATABASE_URL": f"postgresql://{user}@{host}/{database['NAME']}",
                "REDIS_URL": settings.REDIS_URL,
                "EMBEDDING_BACKEND": "hashing",
                "WEB_CONCURRENCY": "2",
                "TMPDIR": str(directory),
            },
            free_port(),
        )

    def running(self):
        return self.machine.running("web", WEB["command"])

    @property
    def counted(self) -> list[Path]:
        return [*self.directory.glob("vectorstores-metrics-*")]

    def asked(self) -> float:
        answer = self.client.get(f"{self.machine.url}/metrics")
        return searches(answer.raise_for_status().text)

    def search(self, store: VectorStore) -> None:
        answer = self.client.post(self.machine.url + path(store), json={"query": "dig"})
        answer.raise_for_status()

    def search_until_both_have_counted(self, store: VectorStore) -> int:
        """Return how many searches that took."""
        sent = 0
        with ThreadPoolExecutor(8) as pool:
            while self.processes_that_counted() < 2 and sent < 400:
                sent += len([*pool.map(self.search, [store] * 8)])
        assert self.processes_that_counted() == 2
        return sent

    def processes_that_counted(self) -> int:
        return len([*self.directory.glob("vectorstores-metrics-*/counter_*.db")])


@pytest.fixture
def web(transactional_db: None, tmp_path: Path) -> Iterator[Web]:
    (tmp_path / "data").mkdir()
    web = Web(tmp_path)
    yield web
    web.client.close()


@pytest.fixture
def filled(transactional_db: None, store: VectorStore) -> VectorStore:
    ApiKeyFactory(project=store.project, secret=SECRET)
    searchable(store, "Wombats dig.")
    return store


def test_a_search_is_counted(client, api, store):
    searchable(store, "Wombats dig.")
    before = searches(client.get("/metrics").content.decode())

    ok(api.post(path(store), {"query": "dig"}))

    answer = client.get("/metrics")
    assert searches(answer.content.decode()) == before + 1
    assert answer["content-type"] == "text/plain; version=0.0.4; charset=utf-8"


def test_no_project_store_or_question_is_named(client, api, store):
    ok(api.post(path(store), {"query": "a question"}))

    told = client.get("/metrics").content.decode()

    named = (
        store.project.name,
        str(store.project_id),
        store.public_id,
        str(store.pk),
        "a question",
    )
    assert [name for name in named if name in told] == []


def test_one_question_is_asked_of_the_database(client, db, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert client.get("/metrics").status_code == 200


def test_searches_are_counted_also_while_the_database_is_unavailable(client, no_database):
    text = client.get("/metrics").text

    assert "vectorstores_searches_total" in text
    assert "vectorstores_files_with_warnings" not in text


def test_files_are_counted_by_what_was_not_read(client, db):
    pages, parts = ({"code": f"{of}_not_read", "message": "text"} for of in ("pages", "parts"))
    completed = {"status": "completed", "due_at": None}
    StoreFileFactory(warnings=[pages], **completed)
    StoreFileFactory(warnings=[pages, pages, parts], **completed)
    StoreFileFactory(warnings=None, **completed)
    StoreFileFactory(warnings=[pages], status="failed", due_at=None)
    StoreFileFactory(warnings=[pages], deleted_at=timezone.now(), **completed)

    lines = client.get("/metrics").text.splitlines()

    assert [line for line in lines if line.startswith("vectorstores_files_with_warnings")] == [
        'vectorstores_files_with_warnings{code="pages_not_read"} 2.0',
        'vectorstores_files_with_warnings{code="parts_not_read"} 1.0',
    ]


@pytest.mark.parametrize("header", ["X-Forwarded-Proto", "X-Forwarded-For", "Forwarded"])
def test_a_client_behind_a_proxy_gets_no_metrics(db, header):
    answer = ApiClient().get("/metrics", headers={header: "https"})

    assert refused(answer, 404) == "Invalid URL (GET /metrics)"


def test_two_processes_are_counted_together_and_one_that_died_still_is(web, filled):
    with web.running():
        wait_until(lambda: web.machine.is_healthy(WEB), seconds=30)

        sent = web.search_until_both_have_counted(filled)
        told = [web.asked() for _ in range(8)]
        _kill_one(web)
        wait_until(lambda: web.machine.is_healthy(WEB), seconds=30)
        for _ in range(8):
            web.search(filled)

        assert told == [sent] * 8
        assert web.asked() == sent + 8


def test_a_start_counts_from_nothing_and_an_end_leaves_nothing(web, filled):
    told, directories = [], []
    for _ in range(2):
        with web.running() as running:
            wait_until(lambda: web.machine.is_healthy(WEB), seconds=30)
            web.search(filled)
            told.append(web.asked())
            directories += web.counted
            running.stop()

    assert told == [1, 1]
    assert all(one != other for one, other in pairwise(directories))
    assert len(directories) == 2
    assert web.counted == []


def _kill_one(web: Web) -> None:
    """Kill a process by SIGKILL, as the kernel does when memory is short."""
    bound = f"127.0.0.1:{web.machine.port}"
    family = [p for p in psutil.Process().children(recursive=True) if _is_bound(p, bound)]
    workers = [process for process in family if process.parent() in family]
    workers[0].kill()
    wait_until(lambda: not workers[0].is_running(), seconds=10)


def _is_bound(process: psutil.Process, address: str) -> bool:
    return any(address in word for word in process.cmdline())
