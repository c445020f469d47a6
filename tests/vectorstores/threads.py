"""Real threads with a database connection each, for tests of races."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection


def at_once(*steps: Callable[..., Any]) -> list[Any]:
    """Start all steps together, each in its own thread, and return what they return."""
    barrier = Barrier(len(steps))

    def run(step: Callable[..., Any]) -> Any:
        barrier.wait()
        try:
            return step()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(steps)) as threads:
        return list(threads.map(run, steps))
