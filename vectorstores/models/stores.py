"""Vector stores, their expiry, and the files they count."""

from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from django.apps import apps
from django.db import models, transaction
from django.db.models import F, OuterRef, Subquery, Value
from django.db.models.fields.json import JSONField
from django.utils import timezone

from vectorstores import embeddings, errors, ids
from vectorstores.models.projects import Project
from vectorstores.postgres.statements import PreparedQuery

# Coarse, because a store that is searched 100 times a second must not be written as often.
ACTIVITY_PRECISION = timedelta(seconds=1)


def file_counts(owner: str, now: datetime, **more: models.Aggregate) -> Subquery:
    """Return a subquery that counts each row's files; `owner` is their foreign key to the row."""
    files = apps.get_model("vectorstores", "VectorStoreFile").objects  # it imports this module
    counts = files.filter(**{owner: OuterRef("pk")}).counts(owner, now, **more)
    return Subquery(counts, output_field=JSONField())


class VectorStoreQuerySet(models.QuerySet["VectorStore"]):
    def in_project(self, project: Project) -> Self:
        return self.filter(project=project)

    def live(self) -> Self:
        return self.filter(deleted_at=None)

    def deleted(self, before: datetime) -> Self:
        return self.filter(deleted_at__lte=before)

    def open(self, now: datetime) -> Self:
        """Select stores that are neither deleted nor expired."""
        return self.live().exclude(expires_at__lte=now)

    def closed(self, now: datetime) -> Self:
        """Select stores that are deleted or expired, so that their chunks can be purged."""
        return self.filter(models.Q(deleted_at__isnull=False) | models.Q(expires_at__lte=now))

    def with_file_counts(self, now: datetime) -> Self:
        """Annotate each store with `.counts`, for `file_counts` and `usage_bytes`.

        A subquery counts for each row, so a page of any size costs one query.
        """
        return self.annotate(counts=file_counts("vector_store", now))


class VectorStore(models.Model):
    """A searchable set of files, embedded with one model."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, related_name="vector_stores", db_index=False
    )
    name = models.TextField(blank=True)
    description = models.TextField(blank=True, null=True)  # noqa: DJ001, null is what the API shows
    metadata = models.JSONField(default=dict, blank=True)
    embedding_model = models.TextField()
    embedding_dimensions = models.PositiveSmallIntegerField()
    # The set of embeddings that is searched. Another model's is built beside it, then switched to.
    generation = models.PositiveSmallIntegerField(default=1)
    expires_after_days = models.PositiveSmallIntegerField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_active_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)

    counts: dict[str, int] | None  # set by `with_file_counts()`

    objects = VectorStoreQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["project", "created_at", "id"], name="vector_store_page"),
            models.Index(
                fields=["deleted_at"],
                name="vector_store_deleted",
                condition=models.Q(deleted_at__isnull=False),
            ),
            models.Index(
                fields=["expires_at"],
                name="vector_store_expires",
                condition=models.Q(expires_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.public_id

    @property
    def public_id(self) -> str:
        return ids.VECTOR_STORE.encode(self.pk)

    @property
    def file_counts(self) -> dict[str, int]:
        return counts_of(self)

    @property
    def usage_bytes(self) -> int:
        """Size of the searchable text and its embeddings, as stored in the database."""
        return int((self.counts or {}).get("usage_bytes", 0))

    def status(self, now: datetime) -> str:
        if self.has_expired(now):
            return "expired"
        return "in_progress" if self.file_counts["in_progress"] else "completed"

    def has_expired(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now

    def check_open(self, now: datetime) -> None:
        """Raise StoreExpired, or ModelMismatch if this server does not embed with its model."""
        if self.has_expired(now):
            raise errors.StoreExpired(self.public_id)
        model, dimensions = self.embedding_model, self.embedding_dimensions
        ours = embeddings.configured_model(model)
        here = ours.dimensions if ours else None
        if here != dimensions:
            raise errors.ModelMismatch(model, dimensions, here=here)

    def touch(self, now: datetime) -> bool:
        """Record activity, which puts off expiry. False if the store is deleted or expired."""
        usable = models.Q(expires_at=None) | models.Q(expires_at__gt=now)
        lifetime = F("expires_after_days") * Value(timedelta(days=1))
        expires_at = models.ExpressionWrapper(now + lifetime, output_field=models.DateTimeField())
        row = VectorStore.objects.live().filter(usable, pk=self.pk)
        return row.update(last_active_at=now, expires_at=expires_at) == 1

    def touch_if_quiet(self, now: datetime) -> None:
        """Record a search as activity, at most once a second.

        It does not wait for a transaction that has locked the row, because that one most often
        records activity as well, and if it does not, the next search does.
        """
        if self.last_active_at > now - ACTIVITY_PRECISION:
            return
        with transaction.atomic():
            row = VectorStore.objects.filter(pk=self.pk)
            if row.select_for_update(skip_locked=True, no_key=True).first():
                self.touch(now)

    def expire_after(self, days: int | None) -> None:
        """Set the expiry policy, or clear it with None. `expires_at` counts from last activity."""
        self.expires_after_days = days
        self.expires_at = self.last_active_at + timedelta(days=days) if days else None


def counts_of(owner: Any) -> dict[str, int]:
    """Return the five counts that the API shows for a store or batch."""
    counts = owner.counts or {}
    names = ("in_progress", "completed", "failed", "cancelled", "total")
    return {name: counts.get(name, 0) for name in names}


_live = PreparedQuery(
    lambda project, pk: VectorStore.objects.filter(project=project, pk=pk).live(),
    project=UUID(int=0),
    pk=UUID(int=1),
)


def live_store(project: Project, pk: UUID) -> VectorStore | None:
    """Return the project's store with this key. Each request about a store begins with this."""
    return _live.first(project=project.pk, pk=pk)
