import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.sandbox.confinement import Limits
from ingestion.sandbox.host import Sandbox
from tests.ingestion.hostile.measuring import Measured
from tests.ingestion.hostile.reading import Trap, trap

# Lower than a worker's limits, so that tests fail before files become a problem.
LIMITS = Limits(memory_bytes=600 * 1024**2, cpu_seconds=20, silence_seconds=60)


@pytest.fixture(scope="module")
def bait(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trap]:
    with trap(tmp_path_factory.mktemp("bait")) as laid:
        yield laid


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Measured]:
    """Start a sandbox with its own temporary directory, which records the usage of each file."""
    directory = tmp_path_factory.mktemp("sandbox")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(directory))
        sandbox = Sandbox(LIMITS)
        measured = Measured(sandbox, Path(directory), patch)
        yield measured
        sandbox.stop()
