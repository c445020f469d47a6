from django import template

from vectorstores.embeddings import availability

register = template.Library()


@register.inclusion_tag("admin/vectorstores/embedder.html")
def embedder_held() -> dict[str, object]:
    """Says on a page for operators which embedders fail, and since when; nothing if all work."""
    return {"held": availability.held()}
