import os
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from config.embedded import broker
from config.embedded.datadir import DataDir
from config.embedded.processes import Program
from config.up import programs
from tests.live import free_port


@pytest.fixture
def data(tmp_path: Path) -> Iterator[DataDir]:
    data = DataDir.hold(tmp_path)
    yield data
    data.release()


@pytest.fixture
def web(data: DataDir) -> Iterator[Program]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield programs.web(listener, data)


def test_all_of_them_stop_within_ten_seconds(web: Program, data: DataDir) -> None:
    ours = [web, programs.worker(data), programs.beat(data), broker.prepare(data).program]

    # Postgres, whose cluster would have to be made to ask it, is given the default.
    assert sum(program.patience for program in ours) + Program.patience < 10


def test_no_secret_is_on_a_command_line(web: Program, data: DataDir) -> None:
    secret = data.remember("api_key", lambda: "sk-secret")

    for program in (web, programs.worker(data), programs.beat(data)):
        assert secret not in " ".join(program.command)


def test_one_core_ingests_also_while_an_index_is_built(
    data: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "CORES", 1)

    assert "--concurrency=2" in programs.worker(data).command


def test_a_service_answers_when_it_says_it_is_ready() -> None:
    assert programs.is_ready(_serving(200))
    assert not programs.is_ready(_serving(503))
    assert not programs.is_ready(f"http://127.0.0.1:{free_port()}")


@pytest.fixture
def database_url(transactional_db: None) -> str:
    """Return the URL of the database that the tests migrated."""
    return psycopg.conninfo.make_conninfo(
        os.environ["DATABASE_URL"], dbname=connection.settings_dict["NAME"]
    )


def test_a_database_with_all_our_migrations_is_migrated(database_url: str) -> None:
    assert programs.is_migrated(database_url)


def test_a_database_that_lacks_one_is_not(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as db:
        last = "(SELECT max(id) FROM django_migrations WHERE app = 'vectorstores')"
        db.execute(f"UPDATE django_migrations SET app = 'hidden' WHERE id = {last}")

        assert not programs.is_migrated(database_url)

        db.execute("UPDATE django_migrations SET app = 'vectorstores' WHERE app = 'hidden'")


def test_an_empty_database_is_not(valkey: str) -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as db:
        db.execute("CREATE DATABASE nothing")

        assert not programs.is_migrated(
            psycopg.conninfo.make_conninfo(os.environ["DATABASE_URL"], dbname="nothing")
        )

        db.execute("DROP DATABASE nothing")


def test_a_database_that_does_not_answer_is_not() -> None:
    assert not programs.is_migrated("postgresql://127.0.0.1:1/none")


def _serving(status: int) -> str:
    """Yield the address of a service that answers one request this way."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/readyz" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep the log out of the test's output."""

    server = HTTPServer(("127.0.0.1", 0), Handler)

    def serve() -> None:
        with server:
            server.handle_request()

    threading.Thread(target=serve, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"
