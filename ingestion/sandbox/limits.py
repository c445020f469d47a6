from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What a child may take for all that it reads: a file, or a small group.

    A program that it starts may take as much again, but for silence and output.
    """

    memory_bytes: int
    cpu_seconds: int
    silence_seconds: float  # how long the worker waits for the next chunk
    output_bytes: int = 4 * 1024**3  # of all frames; the longest tokens allow for about two
    open_files: int = 256
    written_bytes: int = 2 * 1024**3  # of one temporary file
