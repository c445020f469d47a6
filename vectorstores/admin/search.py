"""The search page of a store, which returns the results that the API would return."""

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
    """Show the form and its results. Questions are posted, because access logs keep URLs."""
    form = SearchForm(request.POST or None)
    context = {
        **admin.admin_site.each_context(request),
        "title": f"Search {store}",
        "opts": admin.opts,
        "store": store,
        "form": form,
        "found": _search(form, store, now) if form.is_valid() else None,
    }
    return TemplateResponse(request, "admin/vectorstores/vectorstore/search.html", context)


def _search(form: SearchForm, store: VectorStore, now: datetime) -> SearchResult | None:
    """Return what the search finds, or None if it fails, after adding the reason to the form."""
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
