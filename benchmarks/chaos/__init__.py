"""Everything that can die, killed at random while files are ingested; then what must hold is asked.

    python -m benchmarks.chaos --rounds 200 --seed 1

A service of its own, on fresh data, is given files as fast as it takes them. Meanwhile, once a
second or so, one part of it is killed, frozen, emptied, or made to answer nonsense. Then the faults
stop, the service gets the time it needs, and is compared with what was asked of it.
"""
