"""Searches on a read replica: used while it has caught up, replaced by the primary if not."""

import io
import logging
import socket
import time
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections, router
from django.utils import timezone

from tests.client import ApiClient
from tests.live import wait_until
from tests.vectorstores.api.answers import ok
from tests.vectorstores.published import searchable
from tests.vectorstores.standby import BASE_BACKUP, FORGET, REPLICATOR, Standby, standby
from vectorstores import metrics
from vectorstores.breakers import cooldown
from vectorstores.models import VectorStore, VectorStoreFile
from vectorstores.postgres import replica
from vectorstores.postgres.statements import fetch

BEGAN = "The read replica fails; the primary answers searches meanwhile: "
ENDED = "The read replica answers again; searches use it."

COOLDOWN = 600.0  # seconds

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "replica"])


@pytest.fixture(scope="module")
def second() -> Iterator[Standby]:
    with standby() as running:
        yield running


@pytest.fixture(scope="module", autouse=True)
def replica_setting(django_db_setup: None) -> Iterator[None]:
    """Add the alias as DATABASE_REPLICA_URL does, before pytest-django sets up its databases."""
    default = connections.settings["default"]
    settings.DATABASES["replica"] = {
        **default,
        "CONN_HEALTH_CHECKS": False,
        "TEST": {**default["TEST"], "MIRROR": "default"},
    }
    yield
    del settings.DATABASES["replica"]


@pytest.fixture(autouse=True)
def as_in_production(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for the disk on commit, which other tests do not, and forget the replica's state."""
    _set_synchronous_commit("on")
    monkeypatch.setattr(replica, "state", replica.ReplicaState())
    monkeypatch.setattr(cooldown, "PAUSE", COOLDOWN)  # longer than any test takes


def _set_synchronous_commit(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET synchronous_commit = {value}")


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Return a function that makes the server at a port the replica."""

    def configure(port: int, **options: object) -> None:
        there = connections["replica"].settings_dict
        changes = {"NAME": connection.settings_dict["NAME"], "PORT": str(port)}
        monkeypatch.setattr(
            connections["replica"],
            "settings_dict",
            {**there, **changes, "OPTIONS": {**there["OPTIONS"], **options}},
        )

    yield configure
    connections["replica"].close()


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    be_patient(monkeypatch)


def be_patient(patch: pytest.MonkeyPatch) -> None:
    """Let the replica catch up in time however busy this machine is."""
    patch.setattr(replica, "PATIENCE", 20.0)


@pytest.fixture
def on_standby(second: Standby, configured: Callable[..., None]) -> Standby:
    configured(second.port)
    return second


def find(api: ApiClient, store: VectorStore, **params: object) -> list[str]:
    path = f"/v1/vector_stores/{store.public_id}/search"
    return [hit["file_id"] for hit in ok(api.post(path, {"query": "dig", **params}))["data"]]


def answered_by(database: str) -> float:
    [family] = metrics.SEARCHES.collect()
    counts = [sample for sample in family.samples if sample.name.endswith("_total")]
    return sum(count.value for count in counts if count.labels["database"] == database)


def is_used() -> bool:
    """Return whether a search that begins now uses the replica."""
    return replica.search_database() == "replica"


def catch_up() -> None:
    wait_until(is_used, seconds=20)


def is_standby(using: str) -> bool:
    """Return whether the database of this alias is a standby."""
    ((follows,),) = fetch("SELECT pg_is_in_recovery()", (), using=using)
    return bool(follows)


def test_a_search_is_answered_by_the_replica(api, store, on_standby, patient):
    store_file = searchable(store, "Wombats dig.")
    before = answered_by("replica"), answered_by("primary")
    path = f"/v1/vector_stores/{store.public_id}/search"

    answer = api.post(path, {"query": "dig"})

    assert [hit["file_id"] for hit in ok(answer)["data"]] == [store_file.file.public_id]
    assert "database=replica" in answer["x-search-plan"]
    assert (answered_by("replica"), answered_by("primary")) == (before[0] + 1, before[1])


def test_explain_search_uses_the_replica_too(store, on_standby, patient):
    searchable(store, "Wombats dig.")
    printed = io.StringIO()

    call_command("explain_search", store.public_id, "dig", stdout=printed)

    heading, *_ = printed.getvalue().splitlines()
    assert heading.endswith("database=replica")
    assert "Execution Time" in printed.getvalue()


def test_an_answer_comes_from_the_standby_if_a_position_is_given(on_standby, patient):
    assert replica.answer(is_standby, since=replica.position())
    assert not replica.answer(is_standby, since=None)


def test_without_a_replica_the_position_of_the_primary_is_not_queried(monkeypatch):
    monkeypatch.delitem(settings.DATABASES, "replica")
    monkeypatch.setattr(replica, "fetch", None)

    assert replica.position() is None
    assert replica.search_database() == "default"


@pytest.mark.parametrize("synchronous_commit", ["on", "off"])
def test_a_file_is_found_as_soon_as_it_is_completed(api, store, on_standby, synchronous_commit):
    _set_synchronous_commit(synchronous_commit)

    for number in range(1, 11):
        searchable(store, "Wombats dig.")

        assert len(find(api, store)) == number


def test_a_file_completed_while_the_replica_is_paused_is_found(api, store, on_standby):
    with on_standby.paused():
        store_file = searchable(store, "Wombats dig.")
        before = answered_by("primary")

        found = [find(api, store) for _ in range(3)]

        assert found == [[store_file.file.public_id]] * 3
        assert answered_by("primary") == before + 3


def test_a_removed_file_is_no_longer_found(api, store, on_standby):
    paths = [
        f"/v1/vector_stores/{store.public_id}/files/{searchable(store, 'Dig.').file.public_id}"
        for _ in range(5)
    ]

    for left, path in reversed([*enumerate(paths)]):
        ok(api.delete(path))

        assert len(find(api, store)) == left


def test_a_file_removed_while_the_replica_is_paused_is_not_found(api, store, on_standby):
    store_file = searchable(store, "Wombats dig.")
    catch_up()

    with on_standby.paused():
        VectorStoreFile.objects.filter(pk=store_file.pk).remove(timezone.now())
        there = VectorStoreFile.objects.using("replica").get(pk=store_file.pk)

        assert there.deleted_at is None
        assert [find(api, store) for _ in range(3)] == [[]] * 3


def test_filters_use_the_latest_attributes(api, store, on_standby):
    store_file = searchable(store, "Wombats dig.", attributes={"of": "1"})
    path = f"/v1/vector_stores/{store.public_id}/files/{store_file.file.public_id}"
    catch_up()

    for year in ("2", "3", "4"):
        ok(api.post(path, {"attributes": {"of": year}}))

        assert find(api, store, filters={"type": "eq", "key": "of", "value": year})


def test_a_replica_that_has_caught_up_is_used_again(store, on_standby, monkeypatch):
    with on_standby.paused():
        searchable(store, "Wombats dig.")
        assert not is_used()

    catch_up()
    be_patient(monkeypatch)

    assert replica.answer(is_standby, since=replica.position())


def test_a_replica_that_is_behind_is_not_used_for_a_while(store, on_standby, monkeypatch):
    catch_up()
    monkeypatch.setattr(replica, "BEHIND", 600.0)
    with on_standby.paused():
        searchable(store, "Wombats dig.")
        assert not is_used()

    assert replica.position() is None


def test_searches_survive_a_killed_replica_and_use_it_again_after_its_restart(
    api, store, on_standby, caplog, monkeypatch
):
    searchable(store, "Wombats dig.")
    catch_up()
    caplog.set_level(logging.INFO, logger=cooldown.__name__)

    on_standby.kill()
    found = [find(api, store) for _ in range(3)]
    asked_meanwhile = replica.position()
    on_standby.start()
    monkeypatch.setattr(cooldown, "monotonic", lambda: time.monotonic() + COOLDOWN)
    catch_up()

    assert [len(files) for files in found] == [1, 1, 1]
    assert asked_meanwhile is None
    assert len(caplog.messages) == 2
    assert caplog.messages[0].startswith(BEGAN)
    assert caplog.messages[1] == ENDED


def test_a_replica_that_restarts_between_two_searches_is_used(on_standby, patient, caplog):
    assert is_used()

    on_standby.restart()

    assert is_used()
    assert caplog.messages == []


def test_the_primary_answers_if_the_replica_fails_during_a_search(on_standby, patient, caplog):
    def ask(using: str) -> str:
        if using == "replica":
            fetch("SELECT pg_terminate_backend(pg_backend_pid())", (), using=using)
        return using

    assert replica.answer(ask, since=replica.position()) == "default"
    assert caplog.messages[0].startswith(BEGAN)


def test_a_silent_replica_delays_only_one_search(configured, caplog):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        configured(silent.getsockname()[1], connect_timeout=2)

        assert not is_used()
        assert replica.position() is None

    assert len(caplog.messages) == 1


def test_a_server_that_is_no_standby_is_not_used(configured, caplog):
    configured(int(connection.settings_dict["PORT"]))

    assert not is_used()
    assert caplog.messages == [BEGAN + "it does not follow the primary"]


def test_readyz_reports_the_state_of_the_replica(client, store, on_standby, monkeypatch):
    def reported() -> tuple[int, str]:
        answer = client.get("/readyz")
        return answer.status_code, answer.json()["replica"]

    with monkeypatch.context() as patch:
        be_patient(patch)
        well = reported()
    with on_standby.paused():
        searchable(store, "Wombats dig.")
        behind = reported()
    on_standby.kill()
    wait_until(lambda: not replica.state.is_behind(), seconds=9)
    gone = reported()
    on_standby.start()

    assert [well, behind, gone] == [(200, "ok"), (200, "behind"), (200, "unavailable")]


def test_searches_that_pass_over_the_replica_are_counted(api, store, on_standby):
    def passed_over(why: str) -> float:
        return metrics.REPLICA_PASSED_OVER.labels(why)._value.get()

    catch_up()
    before = passed_over("behind"), passed_over("down")
    with on_standby.paused():
        searchable(store, "Wombats dig.")
        find(api, store)
    replica.state.behind_until = 0
    replica.state.cooldown.record_failure(OSError("no route"))
    find(api, store)

    assert (passed_over("behind"), passed_over("down")) == (before[0] + 1, before[1] + 1)


def test_a_row_read_from_the_replica_is_saved_on_the_primary(store, on_standby):
    catch_up()
    copy = VectorStore.objects.using("replica").get(pk=store.pk)

    copy.name = "burrows"
    copy.save(update_fields=["name"])

    store.refresh_from_db()
    assert store.name == "burrows"


def test_migrations_leave_the_replica_alone(on_standby):
    assert not router.allow_migrate("replica", "vectorstores")
    assert router.allow_migrate("default", "vectorstores")
    call_command("check", databases=["default"])


def test_the_standby_is_set_up_as_the_documentation_describes():
    page = (settings.BASE_DIR / "docs/scaling.md").read_text()

    documented = [words for words in (REPLICATOR, *BASE_BACKUP, FORGET) if words in page]

    assert documented == [REPLICATOR, *BASE_BACKUP, FORGET]
    assert "--hot_standby_feedback=on" in page
