import stat
import time
from pathlib import Path

import pytest
import redis

from config.embedded import broker
from config.embedded.datadir import DataDir
from config.embedded.processes import Supervisor
from tests.config.embedded.conftest import eventually


def test_it_takes_commands_with_the_password_only(data: DataDir, supervisor: Supervisor) -> None:
    server = broker.start(data, supervisor)

    with redis.from_url(server.url) as client:
        assert client.ping()
    with (
        redis.from_url(server.url.replace(server.password, "guess")) as stranger,
        pytest.raises(redis.AuthenticationError),
    ):
        stranger.ping()


def test_the_password_is_not_on_the_command_line(data: DataDir, supervisor: Supervisor) -> None:
    server = broker.start(data, supervisor)

    (child,) = supervisor.running
    assert server.password not in Path(f"/proc/{child.process.pid}/cmdline").read_text()
    configuration = data.path / "valkey" / "valkey.conf"
    assert stat.S_IMODE(configuration.stat().st_mode) == 0o600


def test_it_never_forgets_a_message_to_make_room(data: DataDir, supervisor: Supervisor) -> None:
    server = broker.start(data, supervisor)

    with redis.from_url(server.url) as client:
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert client.config_get("bind") == {"bind": "127.0.0.1"}


def test_stopped_and_started_it_still_has_its_messages(
    data: DataDir, supervisor: Supervisor
) -> None:
    first = broker.start(data, supervisor)
    with redis.from_url(first.url) as client:
        client.rpush("queue", "message")
    supervisor.stop()

    second = broker.start(data, supervisor)

    assert second.url == first.url
    with redis.from_url(second.url) as client:
        assert client.lrange("queue", 0, -1) == [b"message"]


def test_killed_it_is_started_again_with_what_it_had_written(
    data: DataDir, supervisor: Supervisor
) -> None:
    server = broker.start(data, supervisor)
    with redis.from_url(server.url) as client:
        client.rpush("queue", "message")
        eventually(lambda: client.info("persistence")["aof_pending_bio_fsync"] == 0)
    (child,) = supervisor.running
    child.process.kill()
    child.process.wait()

    def is_back() -> bool:
        supervisor.tick(time.monotonic())
        return server.is_ready()

    eventually(is_back)
    with redis.from_url(server.url) as client:
        assert client.lrange("queue", 0, -1) == [b"message"]
