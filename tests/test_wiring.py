"""The parts are connected: names of tasks, queues and processes agree."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from config.celery import app
from vectorstores import dispatch

ROOT = Path(__file__).resolve().parent.parent
NAMED = {
    dispatch.INGEST,
    dispatch.REEMBED,
    dispatch.SWEEP,
    dispatch.PURGE,
    dispatch.MAKE_TERMS,
    dispatch.REVIEW,
    dispatch.REMOVE_ORPHANS,
    dispatch.BUILD_INDEXES,
}
WORKERS_ALONE = [
    "unstructured",
    "tiktoken",
    "pypdfium2",
    "selectolax",
    "ingestion.parsing",
    "ingestion.chunking",
    "ingestion.pipeline",
]


def registered() -> set[str]:
    """Return the tasks that a worker knows."""
    app.loader.import_default_modules()
    return {name for name in app.tasks if not name.startswith("celery.")}


def test_every_task_that_is_named_is_registered_and_no_other():
    assert registered() == NAMED


def test_every_task_has_a_queue_that_workers_read():
    queues = {queue.name for queue in app.conf.task_queues}

    assert dispatch.ROUTES.keys() == NAMED
    assert set(dispatch.ROUTES.values()) <= queues
    assert queues == {"ingest", "ingest_bulk", "reembed", "index", "maintenance"}
    assert app.conf.task_default_queue in queues


def test_a_message_is_routed_to_its_queue():
    for task, queue in dispatch.ROUTES.items():
        assert app.amqp.router.route({}, task)["queue"].name == queue


def test_beat_starts_tasks_that_exist():
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= registered()


def test_beats_messages_do_not_pile_up_while_no_worker_runs():
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        options, schedule = entry["options"], entry["schedule"]
        assert isinstance(options, dict)
        assert isinstance(schedule, float)
        assert options["expires"] <= schedule


def test_a_workers_loss_gives_its_message_back():
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.worker_prefetch_multiplier == 1


@pytest.mark.usefixtures("programs")
@pytest.mark.parametrize(
    ("what", "loads"),
    [
        ("config.wsgi, config.urls", []),
        ("ingestion.tasks", ["tiktoken", "ingestion.pipeline"]),
    ],
    ids=["the web process loads none", "and a worker does, so this can fail"],
)
def test_parsers_and_tokenizers_are_the_workers_alone(what, loads):
    program = f"""
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
import {what}
from django.test import Client
assert Client().get("/healthz").status_code == 200
print(*[name for name in {WORKERS_ALONE} if name in sys.modules])
"""

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=os.environ, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
    assert set(loads) <= set(done.stdout.split())
    assert loads or not done.stdout.split()


@pytest.mark.usefixtures("programs")
def test_a_model_is_loaded_when_it_is_first_used_and_not_before():
    program = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
os.environ["EMBEDDING_BACKEND"] = "local"
import django
django.setup()
import config.wsgi, config.urls, vectorstores.search
print(*[name for name in ("onnxruntime", "onnx", "tokenizers", "torch") if name in sys.modules])
"""

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=os.environ, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []
