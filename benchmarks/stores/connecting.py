"""Django in this process, on the database of a service that runs."""

import os
import shlex
from pathlib import Path

import django

from tests.live import Service


def connect(live: Service, **settings: str) -> None:
    """Connect this process, once. `settings` are those the service was started with."""
    for line in Path(live.data_dir, "environment").read_text().splitlines():
        (assignment,) = shlex.split(line.removeprefix("export "))
        name, _, value = assignment.partition("=")
        os.environ[name] = value
    os.environ.update(settings)
    django.setup()
