"""Ask for work by name: this module names the tasks, and the `tasks` modules implement the names.

The row is the truth and the message a nudge: it names no file, it wakes a worker, which claims what
is due. So a broker that is down or empty delays work and fails no request, and a message too many
does nothing.
"""

import logging
from collections.abc import Iterable
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu import Exchange, Queue
from kombu.exceptions import OperationalError
from redis import Redis

from vectorstores.breakers.cooldown import Cooldown
from vectorstores.breakers.redis_script import RedisScript

INGEST = "ingestion.ingest"
REEMBED = "ingestion.reembed"
SWEEP = "vectorstores.sweep"
PURGE = "vectorstores.purge"
MAKE_TERMS = "vectorstores.make_terms"
REVIEW = "vectorstores.review"
REMOVE_ORPHANS = "vectorstores.remove_orphans"
BUILD_INDEXES = "vectorstores.index"

# Workers serve the queues in turn, so that a single file does not wait behind thousands.
SINGLE_QUEUE, BULK_QUEUE, INDEX, MAINTENANCE = "ingest", "ingest_bulk", "index", "maintenance"
REEMBED_QUEUE = "reembed"
QUEUES = [
    Queue(name, Exchange(name), routing_key=name)
    for name in (SINGLE_QUEUE, BULK_QUEUE, REEMBED_QUEUE, INDEX, MAINTENANCE)
]
ROUTES = {
    INGEST: SINGLE_QUEUE,
    REEMBED: REEMBED_QUEUE,
    SWEEP: MAINTENANCE,
    PURGE: MAINTENANCE,
    MAKE_TERMS: MAINTENANCE,
    REVIEW: MAINTENANCE,
    REMOVE_ORPHANS: MAINTENANCE,
    BUILD_INDEXES: INDEX,
}

# More messages at once are of no use, because a worker that is awake goes on until nothing is due.
MOST_WAKES = 50

_CHANGED = "vectorstores:changed"
MOST_AT_ONCE = 1000  # since a script in Lua takes so many arguments, and not many thousands
_cooldown = Cooldown(
    opened="Redis did not record which stores changed; all are reviewed once an hour",
    closed="Redis records again which stores changed.",
)
_add = RedisScript("return redis.call('SADD', KEYS[1], unpack(ARGV))", _cooldown)
_take = RedisScript("return redis.call('SPOP', KEYS[1], ARGV[1])", _cooldown)

log = logging.getLogger(__name__)


def wake_on_commit(*, files: int, bulk: bool) -> None:
    """Wake workers for this many files once the current transaction has committed."""
    transaction.on_commit(lambda: wake(files=files, bulk=bulk))


def wake(*, files: int, bulk: bool) -> None:
    """Wake workers for this many files."""
    _send(INGEST, queue_of(bulk=bulk), messages=min(files, MOST_WAKES), bulk=bulk)


def wake_reembedding(*, jobs: int) -> None:
    """Wake workers for this many changes of model."""
    _send(REEMBED, REEMBED_QUEUE, messages=min(jobs, MOST_WAKES))


def wake_builder() -> None:
    """Wake a worker for indexes, unless a message waits for one already. Raises RedisError."""
    if not _length(INDEX):
        _send(BUILD_INDEXES, INDEX)


def _send(task: str, queue: str, *, messages: int = 1, **arguments: object) -> None:
    try:
        with current_app.producer_or_acquire() as producer:
            for _ in range(messages):
                current_app.send_task(
                    task, kwargs=arguments, queue=queue, producer=producer, retry=False
                )
    except OperationalError as error:
        log.warning("The broker did not take a message (%s); the sweeper will send it.", error)


def waiting(*, bulk: bool) -> int:
    """Count the messages that no worker has taken yet. Raises RedisError."""
    return _length(queue_of(bulk=bulk))


def waiting_to_reembed() -> int:
    """Count the messages that no worker has taken yet. Raises RedisError."""
    return _length(REEMBED_QUEUE)


def _length(queue: str) -> int:
    with Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=5) as broker:
        return int(broker.llen(queue))


def queue_of(*, bulk: bool) -> str:
    return BULK_QUEUE if bulk else SINGLE_QUEUE


def changed(store_ids: Iterable[UUID]) -> None:
    """Request a review of these stores once the current transaction has committed.

    Call it where chunks come or go. Without Redis, the stores wait until all are reviewed.
    """
    keys = [*{str(store_id) for store_id in store_ids}]

    def add() -> None:
        for first in range(0, len(keys), MOST_AT_ONCE):
            _add.run([_CHANGED], keys[first : first + MOST_AT_ONCE])

    if keys:
        transaction.on_commit(add)


def take_changed(most: int) -> list[UUID]:
    """Remove and return up to `most` stores that have changed. No other caller gets them."""
    keys = _take.run([_CHANGED], [most]) or []
    return [UUID(key.decode()) for key in keys]
