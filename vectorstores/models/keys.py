"""API keys, stored as digests."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from vectorstores.models.projects import Project
from vectorstores.postgres.statements import PreparedQuery

# Coarse, because otherwise each search would be a write.
LAST_USED_PRECISION = timedelta(minutes=1)


def digest(secret: str) -> str:
    """Hash a key for storage. Keys carry 256 random bits, so a plain hash suffices."""
    return hashlib.sha256(secret.encode()).hexdigest()


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def usable(self, hashed: str) -> Self:
        """Find the unrevoked key of this digest, with its project: no row or one."""
        return self.filter(digest=hashed, revoked_at=None).select_related("project")

    def issue(
        self, *, project: Project, name: str, secret: str | None = None
    ) -> tuple["ApiKey", str]:
        """Create a key. Return it and its secret, which is not stored."""
        secret = secret or f"sk-{secrets.token_urlsafe(32)}"
        return self.create(
            project=project, name=name, digest=digest(secret), prefix=secret[:10]
        ), secret

    def revoke(self, now: datetime) -> int:
        return self.filter(revoked_at=None).update(revoked_at=now)


class ApiKey(models.Model):
    """An API key of a project. Only its digest is stored, never the key itself."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="keys")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    prefix = models.CharField(max_length=10, editable=False, help_text="The first characters.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_used_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = "API key"
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def record_use(self, now: datetime) -> None:
        """Record the time of use, to the minute."""
        stale = Q(last_used_at=None) | Q(last_used_at__lt=now - LAST_USED_PRECISION)
        if self.last_used_at is None or self.last_used_at < now - LAST_USED_PRECISION:
            ApiKey.objects.filter(stale, pk=self.pk).update(last_used_at=now)


_usable = PreparedQuery(lambda hashed: ApiKey.objects.usable(hashed), hashed="any")


def usable_key(secret: str) -> ApiKey | None:
    """Return the unrevoked key of this secret, with its project. Every request begins with this."""
    return _usable.first(hashed=digest(secret))
