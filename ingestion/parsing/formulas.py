"""Formulas of Word and PowerPoint (OMML) on one line, as one would type them: `3/4`, `10^-4`, `√2`.

Without the signs, three quarters become 34 and ten to the sixth 106.
"""

import re
from collections.abc import Callable

from lxml.etree import _Element

from ingestion.parsing.containers.xml_parts import attribute, local_name

_NUMBER_OR_LETTER = r"(?:\d+(?:[.,]\d+)*|[^\W\d_]['\u2032]*)"
_SCRIPTS = rf"(?:[_^](?:[-+\u2212]?{_NUMBER_OR_LETTER}|\([^()]*\)))*"
# Texts that need no parentheses after a fraction line or a root, in a numerator, and as a power.
_ATOM = re.compile(rf"{_NUMBER_OR_LETTER}{_SCRIPTS}|[^\W\d_]{{3,}}|[^\w\s]")
_PRODUCT = re.compile(r"[\w.,'\u2032]+")
_POWER = re.compile(rf"[-+\u2212]?{_NUMBER_OR_LETTER}|[^\W\d_]{{3,}}|[^\w\s]+")
_ROOTS = {"": "√", "2": "√", "3": "∛", "4": "∜"}
_SETTINGS = re.compile(r"\w+Pr|Fallback|del|moveFrom")


def formula_text(element: _Element) -> str:
    """Return a formula, or any part of one, in linear form."""
    return " ".join(_linear(element).split())


def _linear(element: _Element) -> str:
    text = ""
    after_structure = False
    for child in element:
        name = local_name(child)
        structure = _STRUCTURES.get(name)
        if structure:
            part = structure(child)
        elif name == "t":
            part = child.text or ""
        elif name in ("br", "tab"):
            part = " "
        elif _SETTINGS.fullmatch(name):
            continue
        else:
            part = _linear(child)
        is_structure = structure is not None
        if part and text and _would_run_together(text, part, after_structure, is_structure):
            text += " "
        text += part
        after_structure = is_structure if part else after_structure
    return text


def _would_run_together(left: str, right: str, left_is: bool, right_is: bool) -> bool:
    """Return whether two neighbours would read as one, such as 2 and 3/4 as 23/4."""
    if left_is and right[0].isalnum():
        return True
    return right_is and left[-1].isalnum() and right[0].isdigit()


def _part(element: _Element, name: str) -> str:
    found = element.find(f"{{*}}{name}")
    return "" if found is None else _linear(found).strip()


def _setting(element: _Element, path: str) -> str | None:
    """Return the value of a setting. A setting without a value is an empty text."""
    found = element.find("/".join(f"{{*}}{step}" for step in path.split("/")))
    return None if found is None else attribute(found, "val") or ""


def _grouped(text: str, single: re.Pattern[str]) -> str:
    is_single = single.fullmatch(text) or _is_enclosed(text)
    return text if is_single or not text else f"({text})"


def _is_enclosed(text: str) -> bool:
    """Return whether one pair of parentheses is around the whole text."""
    if not (text.startswith("(") and text.endswith(")")):
        return False
    depth = 0
    for at, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return at == len(text) - 1
    return False


def _fraction(element: _Element) -> str:
    above, below = _part(element, "num"), _part(element, "den")
    if _setting(element, "fPr/type") == "noBar":
        return f"({above} over {below})"
    return f"{_grouped(above, _PRODUCT)}/{_grouped(below, _ATOM)}"


def _scripts(element: _Element) -> str:
    return _grouped(_part(element, "e"), _ATOM) + _below_and_above(element)


def _below_and_above(element: _Element) -> str:
    below, above = _part(element, "sub"), _part(element, "sup")
    return (f"_{_grouped(below, _POWER)}" if below else "") + (
        f"^{_grouped(above, _POWER)}" if above else ""
    )


def _scripts_before(element: _Element) -> str:
    return f"{_below_and_above(element)} {_part(element, 'e')}"


def _root(element: _Element) -> str:
    degree, within = _part(element, "deg"), _grouped(_part(element, "e"), _ATOM)
    if degree in _ROOTS:
        return _ROOTS[degree] + within
    return f"root_{_grouped(degree, _POWER)} {within}"


def _large_operator(element: _Element) -> str:
    sign = _setting(element, "naryPr/chr")
    sign = "∫" if sign is None else sign
    return f"{sign}{_below_and_above(element)} {_part(element, 'e')}"


def _delimiters(element: _Element) -> str:
    marks = []
    for name, usual in (("begChr", "("), ("sepChr", "|"), ("endChr", ")")):
        mark = _setting(element, f"dPr/{name}")
        marks.append(usual if mark is None else mark)
    first, between, last = marks
    parts = (_linear(part).strip() for part in element.iterchildren("{*}e"))
    within = between.join(parts)
    is_matrix = within.startswith("[") and within.endswith("]") and "; " in within
    return f"{first}{within[1:-1] if is_matrix else within}{last}"


def _matrix(element: _Element) -> str:
    rows = (
        ", ".join(_linear(cell).strip() for cell in row.iterchildren("{*}e"))
        for row in element.iterchildren("{*}mr")
    )
    return f"[{'; '.join(rows)}]"


def _equations(element: _Element) -> str:
    lines = (_linear(line).strip() for line in element.iterchildren("{*}e"))
    return "; ".join(line.replace("&", "") for line in lines)


def _function(element: _Element) -> str:
    return f"{_part(element, 'fName')} {_part(element, 'e')}"


def _accent(element: _Element) -> str:
    mark = _setting(element, "accPr/chr")
    return _part(element, "e") + ("\u0302" if mark is None else mark)


def _bar(element: _Element) -> str:
    mark = "\u0305" if _setting(element, "barPr/pos") == "top" else "\u0332"
    return _part(element, "e") + mark


def _lower_limit(element: _Element) -> str:
    return f"{_part(element, 'e')}_{_grouped(_part(element, 'lim'), _POWER)}"


def _upper_limit(element: _Element) -> str:
    return f"{_part(element, 'e')}^{_grouped(_part(element, 'lim'), _POWER)}"


_STRUCTURES: dict[str, Callable[[_Element], str]] = {
    "f": _fraction,
    **dict.fromkeys(("sSup", "sSub", "sSubSup"), _scripts),
    "sPre": _scripts_before,
    "rad": _root,
    "nary": _large_operator,
    "d": _delimiters,
    "m": _matrix,
    "eqArr": _equations,
    "func": _function,
    "acc": _accent,
    "bar": _bar,
    "limLow": _lower_limit,
    "limUpp": _upper_limit,
}
