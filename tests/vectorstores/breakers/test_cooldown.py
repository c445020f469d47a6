"""A server that fails is not called for a while."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor

from vectorstores.breakers.cooldown import PAUSE, Cooldown


def test_its_beginning_and_its_end_are_logged_once(caplog, pass_time):
    caplog.set_level(logging.INFO)
    cooldown = Cooldown(opened="It is gone", closed="It is back.")

    for _ in range(3):
        cooldown.record_failure(OSError("no route"))
    for _ in range(3):
        cooldown.record_success()

    assert caplog.messages == ["It is gone: no route", "It is back."]


def test_one_of_many_threads_asks(pass_time):
    cooldown = Cooldown(opened="Gone", closed="Back.")
    cooldown.record_failure(OSError("gone"))
    pass_time(PAUSE)
    together = threading.Barrier(8)

    def ask(_: int) -> bool:
        together.wait()
        return cooldown.admits()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))).count(True) == 1
