from django.contrib import admin
from django.db.models import Count, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone

from vectorstores.admin.operator_pages import NOTHING, link_to_list
from vectorstores.models import ApiKey, File, Project, VectorStore


def count_of(rows: QuerySet) -> Coalesce:
    """Return a subquery that counts a project's `rows`, run only for the projects on the page."""
    counts = rows.filter(project=OuterRef("pk")).order_by().values("project")
    return Coalesce(Subquery(counts.annotate(count=Count("pk")).values("count")), 0)


@admin.register(Project)
class ProjectAdmin(admin.ModelAdmin):
    list_display = ("name", "vector_stores", "files", "api_keys", "created_at")
    search_fields = ("name",)
    search_help_text = "A project's name."
    show_full_result_count = False
    fields = ("name", "id", "vector_stores", "files", "api_keys", "created_at")
    readonly_fields = fields[1:]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Project]:
        return Project.objects.annotate(
            store_count=count_of(VectorStore.objects.live()),
            file_count=count_of(File.objects.live(timezone.now())),
            key_count=count_of(ApiKey.objects.filter(revoked_at=None)),
        )

    def has_delete_permission(self, request: HttpRequest, obj: Project | None = None) -> bool:
        """Return False, because one request would delete all of a tenant's rows.

        Revoke its keys instead.
        """
        return False

    @admin.display(description="vector stores")
    def vector_stores(self, project: Project) -> str:
        return _link(VectorStore, project, "store_count")

    def files(self, project: Project) -> str:
        return _link(File, project, "file_count")

    @admin.display(description="usable API keys")
    def api_keys(self, project: Project) -> str:
        return _link(ApiKey, project, "key_count")


def _link(model: type[Model], project: Project, count: str) -> str:
    """Link to the project's rows. A project that is being added has no counts yet."""
    if not hasattr(project, count):
        return NOTHING
    return link_to_list(model, getattr(project, count), project__id__exact=project.pk)
