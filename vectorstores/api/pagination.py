"""Cursor pagination: `limit`, `order`, `after` and `before`, in the order of (created_at, id).

A cursor is the id of an item. It keeps working for a while after the item is deleted, because its
row is kept as an anchor: a client may delete items while it pages through the list.
"""

from typing import Any, Protocol
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from rest_framework.response import Response

from vectorstores.api import fields
from vectorstores.api.serializers.bodies import RequestSerializer
from vectorstores.errors import InvalidParameter
from vectorstores.ids import IdFormat


class PageRequest(RequestSerializer):
    limit = fields.QueryInteger(
        minimum=1, maximum=100, default=20, help_text="The largest number of items in a page."
    )
    order = fields.Choice(
        "asc",
        "desc",
        default="desc",
        help_text="The order by time of creation: newest first, or oldest first.",
    )
    after = fields.String(
        required=False,
        help_text="The id of an item: the page begins after it, in the requested order.",
    )
    before = fields.String(
        required=False,
        help_text="The id of an item: the page ends just before it, in the requested order.",
    )


class Paged(Protocol):
    """A view whose lists are paginated."""

    page_request: type[PageRequest]
    cursors: IdFormat

    def anchors(self, pk: UUID) -> QuerySet[Any]: ...
    def public_id(self, item: Any) -> str: ...


def page(view: Paged, rows: QuerySet[Any], values: dict[str, Any]) -> tuple[list[Any], bool]:
    """Return the items of the page, and whether more follow in the paging direction.

    `after` starts the page right after an item, in the requested order; `before` ends it right
    before one. With both, the page starts at `after` and stays between them.
    """
    descending, backwards = values["order"] == "desc", "before" in values and "after" not in values
    if "after" in values:
        rows = rows.filter(_beyond(_anchor(view, "after", values["after"]), descending))
    if "before" in values:
        rows = rows.filter(_beyond(_anchor(view, "before", values["before"]), not descending))
    newest_first = descending != backwards
    keys = ("-created_at", "-pk") if newest_first else ("created_at", "pk")
    limit = values["limit"]
    found = list(rows.order_by(*keys)[: limit + 1])  # one more shows whether there are more
    items = found[:limit]
    return items[::-1] if backwards else items, len(found) > limit


def _anchor(view: Paged, name: str, cursor: str) -> Model:
    anchor: Model | None = view.anchors(view.cursors.decode(cursor)).order_by("-pk").first()
    if anchor is None:
        raise InvalidParameter(
            f"Invalid '{name}': no item of this list has the id '{cursor}'.", param=name
        )
    return anchor


def _beyond(anchor: Any, descending: bool) -> Q:
    """Return the condition for rows after the anchor. Its first part lets the index serve it."""
    if descending:
        return Q(created_at__lte=anchor.created_at) & (
            Q(created_at__lt=anchor.created_at) | Q(pk__lt=anchor.pk)
        )
    return Q(created_at__gte=anchor.created_at) & (
        Q(created_at__gt=anchor.created_at) | Q(pk__gt=anchor.pk)
    )


def list_response(view: Any, rows: QuerySet[Any], values: dict[str, Any]) -> Response:
    items, has_more = page(view, rows, values)
    ids = [view.public_id(item) for item in items]
    return Response(
        {
            "object": "list",
            "data": view.get_serializer(items, many=True).data,
            "first_id": ids[0] if ids else None,
            "last_id": ids[-1] if ids else None,
            "has_more": has_more,
        }
    )
