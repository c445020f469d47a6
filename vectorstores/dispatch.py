"""How the API asks for work: this names the tasks, and the `tasks` modules implement the names.

The row is the truth and the message a nudge: it names no file, it wakes a worker, which takes what
is due. So a broker that is down or empty delays work and fails no request, and a message more or
less does nothing.
"""

import logging

from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu import Exchange, Queue
from kombu.exceptions import OperationalError
from redis import Redis

INGEST = "ingestion.ingest"
SWEEP = "vectorstores.sweep"
PURGE = "vectorstores.purge"

# Each queue is served in turn, so waking for a single file is not behind waking for thousands.
SINGLE_QUEUE, BULK_QUEUE, INDEX, MAINTENANCE = "ingest", "ingest_bulk", "index", "maintenance"
QUEUES = [
    Queue(name, Exchange(name), routing_key=name)
    for name in (SINGLE_QUEUE, BULK_QUEUE, INDEX, MAINTENANCE)
]
ROUTES = {INGEST: SINGLE_QUEUE, SWEEP: MAINTENANCE, PURGE: MAINTENANCE}

# Nobody needs waking more often at once: whoever is awake goes on until nothing is due.
MOST_WAKES = 50

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


def waiting(*, bulk: bool) -> int:
    """Messages that no worker has taken yet. Raises RedisError."""
    with Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=5) as broker:
        return int(broker.llen(queue_of(bulk=bulk)))


def queue_of(*, bulk: bool) -> str:
    return BULK_QUEUE if bulk else SINGLE_QUEUE
