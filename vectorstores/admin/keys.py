from typing import Any

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html

from vectorstores.admin.operator_pages import OperatorAdmin
from vectorstores.models import ApiKey
from vectorstores.models.keys import ApiKeyQuerySet


@admin.register(ApiKey)
class ApiKeyAdmin(OperatorAdmin):
    """Keys, to issue and to revoke. A revoked key stays, so that its secret never works again."""

    list_display = ("name", "starts_with", "project", "created_at", "last_used_at", "revoked_at")
    list_select_related = ("project",)
    search_fields = ("name", "^prefix", "project__name")
    search_help_text = "A name, the first characters of a key, or a project."
    autocomplete_fields = ("project",)
    fields = list_display
    readonly_fields = list_display
    actions = ("revoke",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return ModelAdmin.has_add_permission(self, request)

    def get_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:
        return self.fields if obj else ("project", "name")

    def get_readonly_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:
        return self.readonly_fields if obj else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"name": request.user.get_username(), **super().get_changeform_initial_data(request)}

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        key, secret = ApiKey.objects.issue(project=obj.project, name=obj.name)
        obj.pk, obj.prefix = (
            key.pk,
            key.prefix,
        )  # because the admin's history names the key by these
        self.message_user(request, format_html("The new API key: <code>{}</code>", secret))

    def response_add(
        self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Answer with a page, because a redirect would put the secret into a cookie."""
        context = {
            **self.admin_site.each_context(request),
            "title": f"API key of {obj.project}",
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/vectorstores/apikey/issued.html", context)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context |= {"show_save_and_continue": False, "show_save_and_add_another": False}
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description="starts with")
    def starts_with(self, key: ApiKey) -> str:
        return f"{key.prefix}…"

    @admin.action(description="Revoke selected API keys", permissions=["operate"])
    def revoke(self, request: HttpRequest, queryset: ApiKeyQuerySet) -> None:
        count = queryset.revoke(timezone.now())
        self.report(
            request,
            count,
            "API key was revoked and no longer works.",
            "API keys were revoked and no longer work.",
        )
