"""Formulas in MathML on one line, as one would type them: `(a+b)/2`, `10^-4`, `√2`."""

import re

from selectolax.lexbor import LexborNode

_MAX_DEPTH = 100
_SIMPLE = re.compile(r"[-+\u2212]?(?:\d+(?:[.,]\d+)*|\w)|\w{2,}")
_HIDDEN = {"annotation", "annotation-xml", "mphantom"}


def formula_text(math: LexborNode) -> str:
    return " ".join(_linear(math, 0).split())


def _linear(node: LexborNode, depth: int) -> str:
    tag = node.tag or ""
    if tag == "-text":
        return (node.text_content or "").strip()
    if tag in _HIDDEN or depth > _MAX_DEPTH:
        return ""
    parts = [_linear(child, depth + 1) for child in node.iter(include_text=True)]
    parts = [part for part in parts if part]
    if tag == "mfrac" and len(parts) == 2:
        return f"{_grouped(parts[0])}/{_grouped(parts[1])}"
    if tag in ("msup", "mover") and len(parts) == 2:
        return f"{_grouped(parts[0])}^{_grouped(parts[1])}"
    if tag in ("msub", "munder") and len(parts) == 2:
        return f"{_grouped(parts[0])}_{_grouped(parts[1])}"
    if tag in ("msubsup", "munderover") and len(parts) == 3:
        return f"{_grouped(parts[0])}_{_grouped(parts[1])}^{_grouped(parts[2])}"
    if tag == "msqrt":
        return f"√{_grouped(''.join(parts))}"
    if tag == "mroot" and len(parts) == 2:
        return f"{_grouped(parts[0])}^(1/{parts[1]})"
    if tag == "mtable":
        return f"[{'; '.join(parts)}]"
    if tag == "mtr":
        return ", ".join(parts)
    if tag == "mtext":
        return f" {''.join(parts)} "
    return "".join(parts)


def _grouped(part: str) -> str:
    return part if _SIMPLE.fullmatch(part) else f"({part})"
