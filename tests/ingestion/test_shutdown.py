"""One page of memory that all processes of a worker have."""

import os
import time

from ingestion import shutdown


def test_a_process_that_was_forked_before_hears_of_it(asked_to_stop):
    read, write = os.pipe()
    child = os.fork()
    if child == 0:  # it must not come back into pytest, whatever happens
        deadline = time.monotonic() + 20
        while shutdown.requested_at() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        os.write(write, repr(shutdown.requested_at()).encode())
        os._exit(0)

    asked_to_stop(1234.5)

    os.waitpid(child, 0)
    assert os.read(read, 100) == b"1234.5"
    os.close(read)
    os.close(write)


def test_shutdown_is_not_announced_until_it_is_requested():
    assert shutdown.requested_at() is None
