"""The search box on a store, which finds what a user's search would find."""

from datetime import datetime

from django import forms
from django.contrib.admin import ModelAdmin
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from vectorstores.embeddings.errors import EmbeddingError
from vectorstores.errors import ModelMismatch, StoreExpired
from vectorstores.models import VectorStore
from vectorstores.search import AUTO, Ranking, SearchResult, default_vector_weight, search


class SearchForm(forms.Form):
    query = forms.CharField(widget=forms.TextInput(attrs={"class": "vTextField", "autofocus": ""}))
    results = forms.IntegerField(min_value=1, max_value=50, initial=10)


def search_page(
    admin: ModelAdmin, request: HttpRequest, store: VectorStore, now: datetime
) -> HttpResponse:
    """Show the box and what was found. Questions are posted, since access logs keep addresses."""
    form = SearchForm(request.POST or None)
    context = {
        **admin.admin_site.each_context(request),
        "title": f"Search {store}",
        "opts": admin.opts,
        "store": store,
        "form": form,
        "found": _found(form, store, now) if form.is_valid() else None,
    }
    return TemplateResponse(request, "admin/vectorstores/vectorstore/search.html", context)


def _found(form: SearchForm, store: VectorStore, now: datetime) -> SearchResult | None:
    """Search, or return None if that is impossible; the form then says why."""
    try:
        return search(
            store=store,
            queries=[form.cleaned_data["query"]],
            where=Q(),
            limit=form.cleaned_data["results"],
            ranking=Ranking(vector_weight=default_vector_weight(AUTO)),
            now=now,
        )
    except (StoreExpired, ModelMismatch, EmbeddingError) as error:
        form.add_error(None, str(error))
        return None
