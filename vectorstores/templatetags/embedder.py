from django import template

from vectorstores import circuit

register = template.Library()


@register.inclusion_tag("admin/vectorstores/embedder.html")
def embedder_held() -> dict[str, object]:
    """Says on a page for operators that the embedder fails, and since when; nothing if it works."""
    return {"held": circuit.state()}
