from django.db import models


class Status(models.TextChoices):
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Stage(models.TextChoices):
    """Where in its ingestion a file is, as last written down. Short stages are not."""

    WAITING = "waiting"
    PARSING = "parsing"
    EMBEDDING = "embedding"
    PUBLISHING = "publishing"
