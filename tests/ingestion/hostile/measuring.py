"""What reading a file took, as the kernel counts it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from ingestion.sandbox.host import Sandbox
from ingestion.sandbox.process import ZygoteProcess


@dataclass(frozen=True)
class Usage:
    """`memory` is the peak of what the process had in memory, in bytes; `cpu` is in seconds."""

    memory: int
    cpu: float


class Measured:
    """A sandbox, what its last child took, and what it has left behind."""

    def __init__(self, sandbox: Sandbox, directory: Path, patch: pytest.MonkeyPatch) -> None:
        self.sandbox = sandbox
        self.directory = directory
        self.usage: list[Usage] = []
        self.zygotes: set[int] = set()
        end = ZygoteProcess.end

        def reported(zygote: ZygoteProcess, number: int, *, report: bool) -> Any:
            """The sandbox itself only asks about those that end without a word."""
            account = end(zygote, number, report=True)
            self.usage.append(Usage(memory=account["memory"], cpu=account["cpu"]))
            self.zygotes.add(zygote.pid)
            return account if report else None

        patch.setattr(ZygoteProcess, "end", reported)

    def left_behind(self) -> list[str]:
        """Processes and files that were there while a file was read."""
        descendants = (
            child for pid in self.zygotes for child in psutil.Process(pid).children(recursive=True)
        )
        return [*map(str, descendants), *map(str, self.directory.iterdir())]

    def memory(self) -> int:
        """Bytes of the process that all children are copies of."""
        return max(int(psutil.Process(pid).memory_info().rss) for pid in self.zygotes)
