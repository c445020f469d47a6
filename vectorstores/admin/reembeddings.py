"""Changes of stores' embedding models, which start in the list of stores and are followed here."""

from datetime import datetime

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from vectorstores import embeddings, ids, services
from vectorstores.admin.operator_pages import OperatorAdmin
from vectorstores.models import Reembedding, VectorStore

MAX_SHOWN = 20  # stores that a page or a report names


def _model_choices() -> list[tuple[str, str]]:
    models = embeddings.all_models()
    return [(model.name, f"{model.name}, {model.dimensions} dimensions") for model in models]


class ModelForm(forms.Form):
    model = forms.ChoiceField(label="Embedding model", choices=_model_choices)


def reembed_page(
    page: ModelAdmin, request: HttpRequest, stores: QuerySet[VectorStore], now: datetime
) -> HttpResponse | None:
    """Return a page that asks for the model, or None once it was chosen and changes started."""
    form = ModelForm(request.POST if "model" in request.POST else None)
    if form.is_valid():
        _start_all(page, request, stores, form.cleaned_data["model"], now)
        return None
    context = {
        **page.admin_site.each_context(request),
        "title": "Change the embedding model",
        "opts": page.opts,
        "count": stores.count(),
        "shown": stores[:MAX_SHOWN],
        "chosen": request.POST.getlist(ACTION_CHECKBOX_NAME),
        "checkbox": ACTION_CHECKBOX_NAME,
        "across": request.POST.get(
            "select_across", "0"
        ),  # whether all pages of the list are selected
        "form": form,
    }
    return TemplateResponse(request, "admin/vectorstores/vectorstore/reembed.html", context)


def _start_all(
    page: ModelAdmin, request: HttpRequest, stores: QuerySet[VectorStore], model: str, now: datetime
) -> None:
    """Start the changes, and report the first few of each outcome, since there may be thousands."""
    started, refused = [], []
    for store in VectorStore.objects.filter(pk__in=stores.values("pk")):  # without file counts
        try:
            services.reembed_store(store=store, model=model, now=now)
        except services.ReembeddingRefused as error:
            refused.append(f"{store}: {error}")
        else:
            started.append(f"{store} is being changed to {model}.")
    for lines, level in ((started, messages.SUCCESS), (refused, messages.WARNING)):
        for line in [
            *lines[:MAX_SHOWN],
            *([f"… {len(lines)} in all"] if lines[MAX_SHOWN:] else []),
        ]:
            page.message_user(request, line, level)


@admin.register(Reembedding)
class ReembeddingAdmin(OperatorAdmin):
    list_display = (
        "vector_store",
        "old_model",
        "model",
        "state",
        "progress",
        "error",
        "created_at",
        "finished_at",
    )
    list_filter = ("state",)
    list_select_related = ("vector_store",)
    search_fields = ("vector_store__name", "model", "old_model")
    search_help_text = "A store's name or id, or a model."
    id_lookups = {ids.VECTOR_STORE: "vector_store"}
    fields = readonly_fields = (
        "vector_store",
        "store_public_id",
        "old_model",
        "old_dimensions",
        "old_generation",
        "model",
        "dimensions",
        "generation",
        "state",
        "progress",
        "error",
        "created_at",
        "claimed_at",
        "due_at",
        "finished_at",
    )
    actions = ("cancel",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reembedding]:
        rows = Reembedding.objects.select_related(*self.list_select_related)
        return rows.with_progress().order_by(*self.ordering)

    @admin.display(description="vector store id")
    def store_public_id(self, job: Reembedding) -> str:
        return job.vector_store.public_id

    def progress(self, job: Reembedding) -> str:
        return job.progress

    @admin.action(description="Cancel selected changes", permissions=["operate"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Reembedding]) -> None:
        rows = Reembedding.objects.filter(pk__in=queryset.values("pk"))
        count = services.cancel_reembeddings(rows=rows, now=timezone.now())
        self.report(request, count, "change was cancelled.", "changes were cancelled.")
