from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What reading one file may take. Each process that a child starts has those of `rlimits`."""

    memory_bytes: int
    cpu_seconds: int
    silence_seconds: float  # how long the worker waits for the next chunk
    output_bytes: int = 4 * 1024**3  # of all frames; the longest tokens allow for about two
    open_files: int = 256
    written_bytes: int = 2 * 1024**3  # of one temporary file
