"""The addresses this server answers."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from config import monitoring
from vectorstores.api.openapi.views import DocumentView, PageView
from vectorstores.api.views.embeddings import EmbeddingViewSet

API = include("vectorstores.api.urls")
EMBEDDINGS = EmbeddingViewSet.as_view({"post": "create"})

urlpatterns = [
    path("healthz", monitoring.alive),
    path("readyz", monitoring.ready),
    path("metrics", monitoring.metrics),
    path("admin", RedirectView.as_view(url="/admin/")),
    path("admin/", admin.site.urls),
    path("v1/openapi.json", DocumentView.as_view()),
    path("v1/docs", PageView.as_view()),
    path("v1/", API),
    # Where clients look that put a prefix of their own before or instead of ours.
    path("openai/v1/", API),  # Azure's v1 clients
    path("openai/", API),  # Azure's older clients, which add ?api-version=
    path("openai/deployments/<path:deployment>/embeddings", EMBEDDINGS),  # and the model
    path("openai/v1/deployments/<path:deployment>/embeddings", EMBEDDINGS),
    path("v1/openai/v1/", API),  # Llama Stack's
    path("", API),  # a base_url without /v1
]

handler400 = "vectorstores.api.exceptions.bad_request"
handler404 = "vectorstores.api.exceptions.not_found"
handler500 = "vectorstores.api.exceptions.server_error"
