import hashlib
import tracemalloc
from pathlib import Path
from threading import Event
from time import monotonic, sleep

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from tests.factories import UploadFactory, UploadPartFactory
from tests.vectorstores.threads import at_once
from vectorstores.errors import BytesLost, Overloaded
from vectorstores.ids import new_id
from vectorstores.models import UploadPart
from vectorstores.services import joining
from vectorstores.services.joining import PIECE, JoinedParts, advisory_lock

MB = 1024**2


def parts_of(*texts: str) -> list[UploadPart]:
    upload = UploadFactory()
    return [UploadPartFactory(upload=upload, text=text) for text in texts]


def held_locks() -> int:
    """Count the advisory locks that are held."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
        return cursor.fetchone()[0]


def wait_until_held() -> None:
    while not held_locks():
        sleep(0.01)


@pytest.mark.parametrize(
    "texts",
    [
        [],
        [""],
        ["Wombats dig."],
        ["", "Wombats", "", "", " dig.", ""],
        ["x" * (PIECE - 1), "y" * PIECE, "z" * (PIECE + 1)],
    ],
    ids=["none", "an empty one", "one", "empty ones between", "more than a piece"],
)
def test_parts_are_read_in_order(db, texts):
    joined, whole = JoinedParts(parts_of(*texts)), "".join(texts).encode()

    assert joined.content().read() == whole

    assert joined.size == len(whole)
    assert joined.md5 == hashlib.md5(whole).hexdigest()
    assert joined.sha256 == hashlib.sha256(whole).hexdigest()


def test_reads_are_full_until_the_end(db):
    # Because an S3 client takes a short read for the end.
    content = JoinedParts(parts_of("Wom", "bats", " dig.")).content()

    assert [content.read(5), content.read(5), content.read(5)] == [b"Womba", b"ts di", b"g."]


def test_a_part_that_the_storage_lost_raises_an_error(db):
    parts = parts_of("Wombats", " dig.")
    Path(parts[1].content.path).unlink()

    with pytest.raises(BytesLost):
        JoinedParts(parts).content().read()


def test_joining_large_parts_takes_little_memory(db):
    upload = UploadFactory(bytes=320 * MB)
    parts = UploadPartFactory.create_batch(5, upload=upload, text="", bytes=64 * MB)
    for part in parts:
        with Path(part.content.path).open("wb") as content:
            content.truncate(64 * MB)  # zeros, which take no space on disk
    joined = JoinedParts(parts)

    tracemalloc.start()
    name = default_storage.save(upload.pk.hex, joined.content())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert joined.size == default_storage.size(name) == 320 * MB
    assert peak < 8 * MB
    default_storage.delete(name)


@pytest.mark.django_db(transaction=True)
def test_callers_with_the_same_key_wait_for_each_other():
    key, spans = new_id(), []

    def take() -> None:
        with advisory_lock(key):
            began = monotonic()
            sleep(0.05)
            spans.append((began, monotonic()))

    at_once(*[take] * 4)

    spans.sort()
    ends, beginnings = [end for _, end in spans[:-1]], [began for began, _ in spans[1:]]
    assert all(end <= began for end, began in zip(ends, beginnings, strict=True))


@pytest.mark.django_db(transaction=True)
def test_waiting_too_long_raises_overloaded(monkeypatch):
    monkeypatch.setattr(joining, "PATIENCE", 0.2)
    key, released = new_id(), Event()

    def hold() -> None:
        with advisory_lock(key):
            released.wait(30)

    def wait() -> None:
        wait_until_held()
        try:
            with pytest.raises(Overloaded), advisory_lock(key):
                pass
        finally:
            released.set()

    at_once(hold, wait)

    with advisory_lock(key):
        assert held_locks() == 1


def test_the_lock_is_released_after_an_error(db):
    with pytest.raises(ZeroDivisionError), advisory_lock(new_id()):
        raise ZeroDivisionError

    assert held_locks() == 0
