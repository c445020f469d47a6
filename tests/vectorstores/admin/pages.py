"""Access to the operator's pages for tests."""

from typing import Any

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.messages import get_messages
from django.db.models import Model
from django.test import Client
from django.urls import reverse


def list_url(model: str) -> str:
    return reverse(f"admin:vectorstores_{model}_changelist")


def page_url(row: Model) -> str:
    return reverse(f"admin:vectorstores_{row._meta.model_name}_change", args=[row.pk])


def run_action(client: Client, action: str, *rows: Model, **data: str) -> Any:
    """Choose an action for these rows of a list."""
    chosen = {"action": action, ACTION_CHECKBOX_NAME: [str(row.pk) for row in rows]}
    return client.post(list_url(rows[0]._meta.model_name), chosen | data)


def messages_of(response: Any) -> list[str]:
    """Return the messages that the next page will show."""
    return [str(message) for message in get_messages(response.wsgi_request)]
