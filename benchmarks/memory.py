"""Measure the memory that ingesting a large file takes.

    python -m benchmarks.memory

Texts of 1, 10 and 100 MB, each with as many tokens as a file may have at most, or as fit, and one
of 100 MB that has more. Sampled four times a second: the process of the worker that has the file,
the one that reads it, and all of the worker's together, what they share counted once.
"""

import argparse
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import psutil
from openai import OpenAI

from benchmarks.running import Running, serving, text, upload
from tests.live import wait_until

MEGABYTE = 1_000_000


class Watch:
    """The highest that was seen, in bytes, by what the process is."""

    def __init__(self, running: Running) -> None:
        self._family = lambda: running.service.processes("")
        self.peaks = {"worker": 0, "reader": 0, "together": 0}

    def look(self) -> None:
        together = 0
        for process in self._family():
            with suppress(psutil.Error, FileNotFoundError):
                command, memory = " ".join(process.cmdline()), process.memory_full_info()
                kind = "reader" if "zygote" in command else "worker" if "worker" in command else ""
                if kind:
                    self.peaks[kind] = max(self.peaks[kind], memory.rss)
                    together += memory.pss
        self.peaks["together"] = max(self.peaks["together"], together)


@contextmanager
def watched(running: Running) -> Iterator[Watch]:
    watch, done = Watch(running), threading.Event()

    def keep_looking() -> None:
        while not done.wait(0.25):
            watch.look()

    thread = threading.Thread(target=keep_looking)
    thread.start()
    try:
        yield watch
    finally:
        done.set()
        thread.join()


def ingest(client: OpenAI, content: str) -> str:
    """Ingest a text and return its status."""
    store_id = client.vector_stores.create().id
    (file_id,) = upload(client.with_options(timeout=120), [content])
    client.vector_stores.files.create(store_id, file_id=file_id)
    files = client.vector_stores.files
    wait_until(
        lambda: files.retrieve(file_id, vector_store_id=store_id).status != "in_progress",
        seconds=1800,
    )
    file = files.retrieve(file_id, vector_store_id=store_id)
    if file.last_error:
        return f"{file.status}: {file.last_error.message}"
    return f"{file.status}, {file.model_extra['progress']['chunks_total']} chunks"


def padded(size: int) -> str:
    """Return a padded table, in which the many spaces after each number make one token."""
    rows = (f"{number:<78}{number * 7 % 1000:>78}\n" for number in range(size // 157))
    return "".join(rows)


CASES: dict[str, Callable[[], str]] = {
    "1 MB of prose": lambda: text(1, MEGABYTE),
    "10 MB of prose": lambda: text(2, 10 * MEGABYTE),
    "100 MB of a printed table": lambda: padded(100 * MEGABYTE),
    "100 MB of prose": lambda: text(3, 100 * MEGABYTE),
}


def main() -> None:
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    with serving("stub") as running:
        ingest(running.client, text(0))
        with watched(running) as idle:
            threading.Event().wait(2)
        report("at rest", idle, "")
        for name, make in CASES.items():
            content = make()
            with watched(running) as watch:
                ending = ingest(running.client, content)
            report(name, watch, ending)


def report(name: str, watch: Watch, ending: str) -> None:
    sizes = ", ".join(f"{kind} {peak / MEGABYTE:.0f} MB" for kind, peak in watch.peaks.items())
    print(f"{name}: {sizes}. {ending}", flush=True)


if __name__ == "__main__":
    main()
