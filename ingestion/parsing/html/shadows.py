"""Declarative shadow roots: templates that browsers show, unlike all others."""

import re

_TEMPLATE = re.compile(r"<(/?)template\b([^<>]*)>", re.IGNORECASE)
_SHADOW = re.compile(r"\bshadowrootmode\s*=\s*[\"']?(?:open|closed)\b", re.IGNORECASE)


def show_shadow_roots(html: str) -> str:
    """Return the page with shadow roots as plain blocks, which the parser does not hide."""
    if "shadowroot" not in html.lower():
        return html
    are_shadows: list[bool] = []

    def replace(tag: re.Match[str]) -> str:
        if not tag[1]:
            are_shadows.append(bool(_SHADOW.search(tag[2])))
            return "<div>" if are_shadows[-1] else tag[0]
        is_shadow = are_shadows.pop() if are_shadows else False
        return "</div>" if is_shadow else tag[0]

    return _TEMPLATE.sub(replace, html)
