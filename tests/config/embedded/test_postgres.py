import os
import socket
import time

import psutil
import psycopg
import pytest

from config.embedded import postgres
from config.embedded.datadir import DataDir
from config.embedded.postgres import Postgres
from config.embedded.processes import RunningProgram, Supervisor
from config.embedded.start_errors import NotStarted
from tests.config.embedded.conftest import eventually
from tests.servers import OPTIONS

# What is lost when Postgres is killed is what is tested here, so nothing is taken lightly.
DURABLE = {**OPTIONS, "synchronous_commit": "on", "full_page_writes": "on"}


def query(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def write_a_row(server: Postgres) -> None:
    query(server.url, "CREATE TABLE kept AS SELECT 1 AS id")


def kill_postmaster(supervisor: Supervisor) -> RunningProgram:
    (child,) = supervisor.running
    child.process.kill()
    child.process.wait()
    return child


@pytest.fixture
def url(programs: None) -> str:
    """Return the URL of the server of this test run, which is one of ours."""
    return os.environ["DATABASE_URL"]


def test_its_database_has_vectors(url: str) -> None:
    assert query(url, "SELECT '[3, 4]'::halfvec <-> '[0, 0]'::halfvec") == [(5.0,)]


def test_a_database_made_by_the_service_may_have_vectors(url: str) -> None:
    query(url, "CREATE DATABASE another")

    with psycopg.connect(url, dbname="another") as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS vector")

    query(url, "DROP DATABASE another")


def test_the_service_is_no_superuser(url: str) -> None:
    assert query(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == [(False,)]


def test_a_wrong_password_is_refused(url: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url, password="guess")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("tcp_keepalives_idle", "30"),
        ("tcp_keepalives_interval", "10"),
        ("tcp_keepalives_count", "3"),
        ("idle_in_transaction_session_timeout", "10min"),
    ],
)
def test_it_drops_clients_that_vanished(url: str, name: str, value: str) -> None:
    assert query(url, f"SHOW {name}") == [(value,)]


def test_it_listens_on_loopback_only(data: DataDir, supervisor: Supervisor) -> None:
    server = postgres.start(data, supervisor, options=OPTIONS)

    (child,) = supervisor.running
    sockets = psutil.Process(child.process.pid).net_connections("all")
    listening = [each.laddr for each in sockets if each.status == psutil.CONN_LISTEN]
    assert listening == [("127.0.0.1", server.port)]
    assert not any(each.family == socket.AF_UNIX and each.laddr for each in sockets)


def test_started_again_it_has_the_same_address_and_rows(
    data: DataDir, supervisor: Supervisor
) -> None:
    first = postgres.start(data, supervisor, options=OPTIONS)
    write_a_row(first)
    supervisor.stop()

    second = postgres.start(data, supervisor, options=OPTIONS)

    assert second.url == first.url
    assert query(second.url, "SELECT id FROM kept") == [(1,)]


def test_a_port_taken_meanwhile_is_no_obstacle(data: DataDir, supervisor: Supervisor) -> None:
    with socket.create_server(("127.0.0.1", data.port("postgres_port"))) as other:
        server = postgres.start(data, supervisor, options=OPTIONS)

        assert server.port != other.getsockname()[1]
        assert query(server.url, "SELECT 1") == [(1,)]


def test_killed_it_is_started_again_and_keeps_its_rows(
    data: DataDir, supervisor: Supervisor, notices: list[str]
) -> None:
    server = postgres.start(data, supervisor, options=DURABLE)
    write_a_row(server)
    kill_postmaster(supervisor)

    def is_back() -> bool:
        supervisor.tick(time.monotonic())
        return server.is_ready()

    eventually(is_back, within=30)
    assert query(server.url, "SELECT id FROM kept") == [(1,)]
    assert "postgres was killed by SIGKILL; starting it again" in notices[0]


def test_after_a_crash_a_new_start_waits_for_what_the_old_one_left(
    data: DataDir, supervisor: Supervisor
) -> None:
    server = postgres.start(data, supervisor, options=DURABLE)
    write_a_row(server)
    with psycopg.connect(server.url):  # a session, which has yet to notice
        kill_postmaster(supervisor)
        successor = Supervisor(print)

        again = postgres.start(data, successor, options=DURABLE)

    assert query(again.url, "SELECT id FROM kept") == [(1,)]
    successor.stop()


def test_a_damaged_cluster_is_reported_in_postgres_own_words(
    data: DataDir, supervisor: Supervisor
) -> None:
    postgres.prepare(data, OPTIONS)
    (data.path / "postgres" / "cluster" / "global" / "pg_control").unlink()

    with pytest.raises(NotStarted, match=r"postgres did not start: .*could not open file"):
        postgres.start(data, supervisor, options=OPTIONS)
