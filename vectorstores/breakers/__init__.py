"""Circuit breakers: stop calling a service that fails, and let one caller probe it later.

             enough failures           the cooldown is over
    closed ──────────────────▶ open ─────────────────────────▶ half-open
      ▲                          ▲                                 │
      │                          └── the probe failed, ◀───────────┤
      │                              a longer cooldown             │
      └───────────────────────────── the probe succeeded ◀─────────┘

Closed, a breaker admits every call; open, none. Half-open, it admits one caller, the probe, and
refuses the others until the probe has reported. A service that refuses a request has answered:
that counts as a success.

    SharedBreaker  one state for all processes, in Redis: embedders
    LocalBreaker   a state in each process: rerankers and chat models
    Cooldown       the same, with one fixed cooldown: Redis itself and the read replica
"""
