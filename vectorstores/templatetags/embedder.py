from django import template

from vectorstores.embeddings import availability

register = template.Library()


@register.inclusion_tag("admin/vectorstores/embedder.html")
def failing_embedders() -> dict[str, object]:
    """Show which embedders fail and since when, or nothing if all work."""
    return {"open_states": availability.open_states()}
