"""Measurements of reading a file, as counted by the kernel."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from ingestion.sandbox.host import Sandbox
from ingestion.sandbox.process import ZygoteProcess


@dataclass(frozen=True)
class Usage:
    """The peak `memory` of a process, in bytes, and its `cpu` time, in seconds."""

    memory: int
    cpu: float


class Measured:
    """A sandbox, the usage of its children, and anything they left behind."""

    def __init__(self, sandbox: Sandbox, directory: Path, patch: pytest.MonkeyPatch) -> None:
        self.sandbox = sandbox
        self.directory = directory
        self.usage: list[Usage] = []
        self.zygotes: set[int] = set()
        end = ZygoteProcess.end

        def reported(zygote: ZygoteProcess, number: int, *, report: bool) -> Any:
            # The sandbox itself only requests a report on children that end silently.
            account = end(zygote, number, report=True)
            self.usage.append(Usage(memory=account["memory"], cpu=account["cpu"]))
            self.zygotes.add(zygote.pid)
            return account if report else None

        patch.setattr(ZygoteProcess, "end", reported)

    def left_behind(self) -> list[str]:
        """Return the processes and files that remain after a file was read."""
        descendants = (
            child for pid in self.zygotes for child in psutil.Process(pid).children(recursive=True)
        )
        return [*map(str, descendants), *map(str, self.directory.iterdir())]

    def memory(self) -> int:
        """Return the memory of the process that children are forked from, in bytes."""
        return max(int(psutil.Process(pid).memory_info().rss) for pid in self.zygotes)
