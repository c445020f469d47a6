"""Reads users' files in separate processes, which may crash without harm.

    worker ──── one, kept ────▶ zygote ──── one for each file ────▶ child
       ▲                               or small group               │
       └────────── tasks and chunks, and how it ended, by pipes ────┘

The zygote is a fresh Python with a clean environment, no secrets and no database, that has loaded
parsers and tokenizer. A copy of it, the child, costs a few milliseconds, and reads a file under
limits of memory, time and rights. Small files of one project that were taken together share a
child until one fails. So no file is read in the process of another project's file, or of the
worker.

Messages in the pipe are JSON, and the worker validates each because a file may have taken over the
child. The pipe holds little, so a child waits while its worker is busy.

    worker is killed        the zygote's socket ends, so it kills its children and ends
    zygote is killed        the kernel kills its child; the worker starts another for the next file
    child is killed         the zygote reports the signal, which shows the cause
    worker loses interest   it has the zygote kill the child

`host`, `reader`, `process` and `validation` are the worker's side. The zygote and its children load
`zygote`, `child`, `confinement` and what those import, and never Django.
"""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingestion.sandbox.host import Sandbox

__all__ = ["get_sandbox"]


@cache
def get_sandbox() -> "Sandbox":
    """Return this process's sandbox, with the limits of the settings."""
    # Not at the top, because the zygote loads this file too, and must never load Django.
    from django.conf import settings

    from ingestion.sandbox.confinement import Limits
    from ingestion.sandbox.host import Sandbox

    return Sandbox(
        Limits(
            memory_bytes=settings.PARSER_MEMORY_BYTES,
            cpu_seconds=settings.PARSER_CPU_SECONDS,
            silence_seconds=settings.PARSER_SILENCE_SECONDS,
        )
    )
