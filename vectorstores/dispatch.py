"""How the API asks for work: this names the tasks, and the `tasks` modules implement the names.

The row is the truth and the message a nudge: it names no file, it wakes a worker, which takes what
is due. So a broker that is down or empty delays work and fails no request, and a message more or
less does nothing.
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
BUILD_INDEXES = "vectorstores.index"

# Each queue is served in turn, so waking for a single file is not behind waking for thousands.
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
    BUILD_INDEXES: INDEX,
}

# Nobody needs waking more often at once: whoever is awake goes on until nothing is due.
MOST_WAKES = 50

_CHANGED = "vectorstores:changed"
MOST_AT_ONCE = 1000  # a script in Lua takes so many arguments, and not many thousands
_cooldown = Cooldown(
    opened="Redis does not take which stores have changed, all are looked at once an hour",
    closed="Redis takes again which stores have changed.",
)
_add = RedisScript("return redis.call('SADD', KEYS[1], unpack(ARGV))", _cooldown)
_take = RedisScript("return redis.call('SPOP', KEYS[1], ARGV[1])", _cooldown)

log = logging.getLogger(__name__)


def wake_on_commit(*, files: int, bulk: bool) -> None:
    """Wake workers for this many files once the current transaction has committed."""
    transaction.on_commit(lambda: wake(files=files, bulk=bulk))


def wake(*, files: int, bulk: bool) -> None:
    """Wake workers for this many files; what the broker does not take is left to the sweeper."""
    try:
        with current_app.producer_or_acquire() as producer:
            for _ in range(min(files, MOST_WAKES)):
                current_app.send_task(
                    INGEST,
                    kwargs={"bulk": bulk},
                    queue=queue_of(bulk=bulk),
                    producer=producer,
                    retry=False,
                )
    except OperationalError as error:
        log.warning("The broker did not take a message (%s); the sweeper will send it.", error)


def wake_reembedding(*, jobs: int) -> None:
    """Wake workers for this many changes of model; the sweeper sends what the broker refuses."""
    try:
        for _ in range(min(jobs, MOST_WAKES)):
            current_app.send_task(REEMBED, queue=REEMBED_QUEUE, retry=False)
    except OperationalError as error:
        log.warning("The broker did not take a message (%s); the sweeper will send it.", error)


def waiting_to_reembed() -> int:
    """Messages that no worker has taken yet. Raises RedisError."""
    return _length(REEMBED_QUEUE)


def wake_builder() -> None:
    """Wake a worker for indexes, unless a message waits for one already. Raises RedisError."""
    if _length(INDEX):
        return
    try:
        current_app.send_task(BUILD_INDEXES, queue=INDEX, retry=False)
    except OperationalError as error:
        log.warning("The broker did not take a message (%s); the sweeper will send it.", error)


def changed(store_ids: Iterable[UUID]) -> None:
    """Have these stores looked at soon, once the current transaction has committed: chunks have
    come or gone. Without Redis they wait until all stores are looked at."""
    keys = [*{str(store_id) for store_id in store_ids}]
    if keys:
        transaction.on_commit(lambda: _add_changed(keys))


def _add_changed(keys: list[str]) -> None:
    for first in range(0, len(keys), MOST_AT_ONCE):
        _add.run([_CHANGED], keys[first : first + MOST_AT_ONCE])


def take_changed(most: int) -> list[UUID]:
    """Stores that have changed, for the caller to look at: nobody else is given them."""
    told = _take.run([_CHANGED], [most]) or []
    return [UUID(key.decode()) for key in told]


def waiting(*, bulk: bool) -> int:
    """Messages that no worker has taken yet. Raises RedisError."""
    return _length(queue_of(bulk=bulk))


def _length(queue: str) -> int:
    with Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=5) as broker:
        return int(broker.llen(queue))


def queue_of(*, bulk: bool) -> str:
    return BULK_QUEUE if bulk else SINGLE_QUEUE
