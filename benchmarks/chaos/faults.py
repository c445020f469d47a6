"""The faults, by name. Each is over when its function returns."""

import random
import shlex
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import psutil
import psycopg
from redis import Redis, RedisError

from benchmarks.stub_embedder import MODES, StubEmbedder
from tests.live import Service

POOL = ("celery", "--app=config", "worker")
PAUSE = 3.5  # seconds: longer than the lease the service is given


class Faults:
    def __init__(self, live: Service, stub: StubEmbedder, rng: random.Random) -> None:
        self._live, self._stub, self._rng = live, stub, rng
        self._environment = environment(live)

    def all(self) -> dict[str, Callable[[], None]]:
        kill = signal.SIGKILL
        faults = {
            "a worker process killed": lambda: self._one(kill, *POOL),
            "all of the worker killed": lambda: self._live.kill("celery", "worker"),
            "a worker process frozen past its lease": lambda: self._freeze(*POOL),
            "the worker asked to stop": self._ask_worker_to_stop,
            "a parser killed": lambda: self._one(kill, "ingestion.sandbox"),
            "a web process killed": lambda: self._one(kill, "gunicorn"),
            "beat killed": lambda: self._one(kill, "celery", "beat"),
            "the broker killed": lambda: self._one(kill, "valkey-server"),
            "the broker frozen": lambda: self._freeze("valkey-server"),
            "the broker emptied": self._empty_broker,
            "Postgres killed": self._kill_postgres,
            "all connections to Postgres cut": self._cut_connections,
        }
        return faults | {f"the embedder: {mode}": partial(self._embedder, mode) for mode in MODES}

    def _one(self, number: signal.Signals, *words: str) -> None:
        if found := self._live.processes(*words):
            _send(self._rng.choice(found), number)

    def _freeze(self, *words: str) -> None:
        """Stop and continue a process, like a machine that sleeps: it wakes up and believes it
        never left.
        """
        if found := self._live.processes(*words):
            process = self._rng.choice(found)
            _send(process, signal.SIGSTOP)
            time.sleep(PAUSE)
            _send(process, signal.SIGCONT)

    def _ask_worker_to_stop(self) -> None:
        for process in self._live.processes(*POOL):
            if process.ppid() == self._live.process.pid:
                _send(process, signal.SIGTERM)

    def _empty_broker(self) -> None:
        try:
            with Redis.from_url(self._environment["REDIS_URL"], socket_timeout=2) as redis:
                redis.flushall()
        except RedisError:
            pass  # it is down already, from an earlier round

    def _kill_postgres(self) -> None:
        servers = self._live.processes("/bin/postgres", "-D")
        for process in servers[:1]:
            _send(process, signal.SIGKILL)

    def _cut_connections(self) -> None:
        try:
            with psycopg.connect(self._environment["DATABASE_URL"], connect_timeout=2) as database:
                database.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
                )
        except psycopg.OperationalError:
            pass  # likewise

    def _embedder(self, mode: str) -> None:
        self._stub.misbehave(mode)
        time.sleep(self._rng.uniform(0.5, 3))
        self._stub.behave()


def environment(live: Service) -> dict[str, str]:
    """Return the environment that `up` leaves for commands run beside it."""
    lines = (live.data_dir / "environment").read_text().splitlines()
    pairs = (line.removeprefix("export ").split("=", 1) for line in lines)
    return {name: shlex.split(value)[0] for name, value in pairs}


def _send(process: psutil.Process, number: signal.Signals) -> None:
    with suppress(psutil.NoSuchProcess):
        process.send_signal(number)
