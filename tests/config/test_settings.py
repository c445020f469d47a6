"""Connections to Postgres: the options that libpq gets, and those it sets on its sockets."""

import json
import os
import socket
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

PRINT = "import json; from config.settings import DATABASES; print(json.dumps(DATABASES))"


def databases(**variables: str) -> dict[str, dict[str, Any]]:
    """Return DATABASES as the settings make them with these variables."""
    done = subprocess.run(
        [sys.executable, "-c", PRINT],
        env={**os.environ, **variables},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(json.loads(done.stdout))


def options(url: str) -> Any:
    return databases(DATABASE_URL=url)["default"]["OPTIONS"]


@pytest.mark.skipif(sys.platform != "linux", reason="the options have other names elsewhere")
def test_a_database_that_vanished_is_noticed_in_a_minute(db: None) -> None:
    connection.ensure_connection()

    with socket.socket(fileno=os.dup(connection.connection.fileno())) as to_postgres:
        asked = [
            to_postgres.getsockopt(socket.IPPROTO_TCP, option)
            for option in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
        ]
        unacknowledged = to_postgres.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
        is_on = to_postgres.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)

    assert (is_on, asked, unacknowledged) == (1, [30, 10, 3], 60_000)


@pytest.mark.usefixtures("programs")
def test_values_in_the_url_come_first() -> None:
    usual = options("postgresql://host/name")

    given = options("postgresql://host/name?keepalives_idle=5&connect_timeout=2&sslmode=require")

    assert given == {**usual, "keepalives_idle": 5, "connect_timeout": 2, "sslmode": "require"}


@pytest.mark.usefixtures("programs")
@pytest.mark.parametrize("variables", [{}, {"DATABASE_REPLICA_URL": ""}])
def test_there_is_one_database_unless_another_is_named(variables: dict[str, str]) -> None:
    assert databases(**variables).keys() == {"default"}


@pytest.mark.usefixtures("programs")
def test_a_replica_is_asked_as_the_first_database_is_and_given_up_sooner() -> None:
    url = "postgresql://reader:secret@standby:5433/name?connect_timeout=1"

    both = databases(DATABASE_REPLICA_URL=url)

    default, replica = both["default"], both["replica"]
    assert (replica["HOST"], replica["PORT"], replica["USER"]) == ("standby", 5433, "reader")
    assert replica["OPTIONS"] == {
        **default["OPTIONS"],
        "connect_timeout": 1,
        "tcp_user_timeout": 3000,
    }
