"""The Celery app: `celery -A config worker` and `celery -A config beat`."""

import os
import sys
import time
from typing import Any

from celery import Celery, Task
from celery.signals import worker_process_init, worker_shutting_down
from django.db import close_old_connections
from django.utils import timezone

from ingestion import shutdown
from ingestion.sandbox import get_sandbox

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


class DatabaseTask(Task):
    """A task that keeps its process's connection to Postgres, as a request does.

    Celery would open a new one for each task, which costs more than to ingest a small file.
    """

    def before_start(self, task_id: str, args: Any, kwargs: Any) -> None:
        close_old_connections()  # those too old or broken; the next query opens another


app = Celery("vectorstores", task_cls=DatabaseTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.CELERY_DB_REUSE_MAX = sys.maxsize // 2  # since Celery closes it after so many tasks
app.autodiscover_tasks(["vectorstores", "ingestion"])


@worker_process_init.connect
def load_parsers(**_: Any) -> None:
    """Start the sandbox, so that its parsers are loaded when the first file comes."""
    # Not at the top, because the web process loads this file too, before there are models.
    from ingestion.spool import remove_left_copies

    get_sandbox().start()
    remove_left_copies(timezone.now())


@worker_shutting_down.connect
def announce_stopping(**_: Any) -> None:
    """Make pool processes finish or release their files soon."""
    shutdown.announce(time.time())
