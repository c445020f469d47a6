"""Chaos run: kills parts of the service at random during ingestion, then checks the invariants.

    python -m benchmarks.chaos --rounds 200 --seed 1

Starts its own service on fresh data and feeds it files as fast as it accepts them. About once a
second, one part of it is killed, frozen, emptied, or made to answer nonsense. Then the faults stop,
the service gets the time it needs to recover, and its state is compared with what was requested.
Exits with 1 if an invariant is violated.
"""
