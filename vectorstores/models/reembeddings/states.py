from django.db import models


class State(models.TextChoices):
    EMBEDDING = "embedding"
    INDEXING = "indexing"
    SWITCHED = "switched"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


BEFORE_THE_SWITCH = (State.EMBEDDING, State.INDEXING)
