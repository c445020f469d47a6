"""The bases of the operator's pages, which find public ids and stay cheap on large tables."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from vectorstores.ids import NOBODY, IdFormat

NOTHING = "-"  # as Django shows empty fields, because it shows a method's None as "None"


class OperatorAdmin(admin.ModelAdmin):
    """Rows to look at and to run actions on. Actions require Django's change permission.

    No form changes a row, because saving it would write every column as it was when the row was
    read, and undo a worker's changes since then.
    """

    list_per_page = 50
    show_full_result_count = False  # because that would count the whole table as well
    ordering = ("-pk",)
    sortable_by = ()  # because any other order would sort the whole table

    # The lookup that finds the rows of a public id, by the format of the id.
    id_lookups: ClassVar[dict[IdFormat, str]] = {}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_operate_permission(self, request: HttpRequest) -> bool:
        return super().has_change_permission(request)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip()
        for format_, lookup in self.id_lookups.items():
            # A file may be called "file-2.txt", so a term that is not an id is searched as text.
            if term.startswith(format_.prefix) and (pk := format_.decode(term)) != NOBODY:
                return queryset.filter(**{lookup: pk}), False
        return super().get_search_results(request, queryset, search_term)

    def get_row(self, request: HttpRequest, object_id: str) -> Any:
        """Return the row for a page that we add. Raises PermissionDenied or Http404."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        return row

    def report(self, request: HttpRequest, count: int, one: str, many: str) -> None:
        """Tell the user how many rows an action changed."""
        level = messages.SUCCESS if count else messages.WARNING
        self.message_user(request, f"{count} {one if count == 1 else many}", level)


class DeletableAdmin(OperatorAdmin):
    """Rows that users may also delete, through the same service as the API."""

    def delete_row(self, row: Any, now: datetime) -> None:
        raise NotImplementedError

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super(OperatorAdmin, self).has_delete_permission(request, obj)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.delete_row(obj, timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for row in queryset:
            self.delete_row(row, timezone.now())

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """List only the rows, because Django would load all that depend on them, maybe millions."""
        names = [str(row) for row in objs]
        return names, {str(self.opts.verbose_name_plural): len(names)}, set(), []


def link_to_list(model: type[Model], text: object, **lookups: object) -> SafeString:
    """Link to the list of the rows of `model` that match the lookups."""
    url = reverse(f"admin:vectorstores_{model._meta.model_name}_changelist", query=lookups)
    return format_html('<a href="{}">{}</a>', url, text)


def link_to_page(row: Model, text: object, page: str = "change") -> SafeString:
    """Link to the row's own page, or to another `page` for it."""
    url = reverse(f"admin:vectorstores_{row._meta.model_name}_{page}", args=[row.pk])
    return format_html('<a href="{}">{}</a>', url, text)
