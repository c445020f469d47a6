"""Projects, the tenants of this server."""

from django.db import models
from django.utils import timezone

from vectorstores.ids import new_id


class Project(models.Model):
    """A tenant. Each API key belongs to one project, and sees only what is in it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=100, unique=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
